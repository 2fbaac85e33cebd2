"""Which models to take for a task on a machine, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError
from registry.fit._engines import advice, engines_for
from registry.fit._estimate import estimate_memory
from registry.fit._fitting import Fit, choices, runs_in, with_cures
from registry.fit._formats import NumberFormat
from registry.fit._reasons import lack, notes, reasons
from registry.fit._tasks import (
    Task,
    candidates,
    figure,
    known_language,
    languages_of,
    objection,
    standing,
)
from registry.fit._usual import requested_format, usual_batch_size
from registry.fit.machine import Machine, this_machine
from registry.fit.speed import Speed, speed
from registry.models.kinds import Weighed


@dataclass(frozen=True)
class Recommendation:
    """A model that fits, and how fast it runs; `reason` explains its rank.

    `figure` is the published quality that models of the task are compared by, if it has one.
    `engines` are the backends that run it there without torch, once it is exported.
    """

    model: Weighed
    fit: Fit
    speed: Speed
    figure: float | None
    reason: str
    engines: tuple[str, ...] = ()


@dataclass(frozen=True)
class TooLarge:
    """A model that does not fit; `fit` and `reason` say by how much, and what would help."""

    model: Weighed
    fit: Fit
    reason: str


@dataclass(frozen=True)
class LeftOut:
    """A model of the right kind that was not considered, and why."""

    model: Weighed
    reason: str


@dataclass(frozen=True)
class Recommendations:
    """The models for a task on a machine, best first; `notes` say what the order is based on.

    `advice` says what would make them faster there.
    """

    task: Task
    machine: Machine
    fitting: tuple[Recommendation, ...]
    too_large: tuple[TooLarge, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    advice: tuple[str, ...] = ()


def recommend(
    task: Task = "retrieval",
    *,
    machine: Machine | None = None,
    language: str | None = None,
    context: int | None = None,
    quantization: str | None = None,
    limit: int | None = None,
    models: Iterable[Weighed] | None = None,
    catalogue: CatalogueLike | None = None,
) -> Recommendations:
    """The models for a task that fit into a machine's free memory, the best first.

    Criteria, in this order: that a model lists the requested language (one whose languages are
    unknown is kept, after those that list it); that it is fast enough there; that it leaves the 15
    % by which an estimate may be wrong; its quality; its speed. Quality is the published
    figure by which models of a task can be compared: for retrieval the mean nDCG@10 over 13 sets
    of BEIR, which are English. Models without one, all rerankers and all language models are
    ordered by class of size, then by date.

    machine: None means this one. context and quantization as for `fits`; by default a language
    model is in the most precise format that meets all of this. limit: maximum length of each list,
    of models that fit and that do not. models: candidates, by default those of `catalogue`, which
    by default is the one in use.

    Raises InputError for an unknown task, language, context or quantization.

    >>> from registry.fit import machine_with
    >>> found = recommend("chat", machine=machine_with(vram=8 * 2**30))
    >>> found.fitting[0].model.id, found.fitting[0].fit.estimate.quantization
    ('gemma-4-e4b-it', 'q4_K_M')
    """
    pool = tuple(catalogue_here(catalogue).models if models is None else models)
    wanted = candidates(pool, task)
    if context is not None and context < 1:
        raise InputError(f"context should be at least 1 token, not {context}")
    if limit is not None and limit < 1:
        raise InputError(f"limit should be at least 1, not {limit}")
    code = None if language is None else known_language(pool, language)
    where = this_machine() if machine is None else machine
    number = None if quantization is None else requested_format(quantization, where.device)
    asked = _Asked(task, where, code, context, number)
    considered: list[_Considered] = []
    left_out: list[LeftOut] = []
    for model in wanted:
        try:
            considered.append(asked.consider(model))
        except InputError as error:
            left_out.append(LeftOut(model, str(error).removeprefix(f"{model.id}: ")))
    fitting = sorted((each for each in considered if each.fit), key=asked.rank, reverse=True)
    too_large = sorted(
        (each for each in considered if not each.fit), key=lambda each: each.fit.missing
    )
    return Recommendations(
        task,
        where,
        tuple(map(asked.recommendation, fitting[:limit])),
        tuple(map(_too_large, too_large[:limit])),
        tuple(left_out),
        tuple(notes(task, code)),
        tuple(advice(where, [each.model for each in fitting])),
    )


@dataclass(frozen=True)
class _Considered:
    """A model in the setting that suits it best here."""

    model: Weighed
    fit: Fit
    speed: Speed

    @property
    def suits(self) -> bool:
        """Whether it fits with room to spare, and is fast enough."""
        return bool(self.fit) and not self.fit.is_tight and self.speed.fast_enough

    def next_best(self) -> tuple[object, ...]:
        """Of settings that do not suit the greatest is taken; of equal ones the first."""
        tight = self.fit.is_tight
        return not tight, self.speed.per_second or 0, self.fit.spare if tight else 0


@dataclass(frozen=True)
class _Asked:
    """The request, checked."""

    task: Task
    machine: Machine
    language: str | None
    context: int | None
    number: NumberFormat | None

    def consider(self, model: Weighed) -> _Considered:
        """Raises InputError for a model that cannot be a candidate; the message says why."""
        if reason := objection(model, self.task, self.language):
            raise InputError(reason)
        if self.number is not None and not runs_in(model, self.number):
            raise InputError(f"not published in {self.number.name}")
        tried: list[_Considered] = []
        for name, batch_size in self._settings(model):
            estimate = estimate_memory(
                model,
                quantization=name,
                context=self.context,
                batch_size=batch_size,
                device=self.machine.device,
            )
            pace = speed(model, self.task, estimate, self.machine)
            tried.append(_Considered(model, Fit(estimate, self.machine.memory), pace))
            if tried[-1].suits:
                return tried[-1]
        fitting = [each for each in tried if each.fit]
        # Too slow or too tight in every setting: take the one that comes closest.
        return max(fitting, key=_Considered.next_best) if fitting else tried[-1]

    def _settings(self, model: Weighed) -> Iterator[tuple[str | None, int]]:
        """Every format in batches of the usual size, then the smallest in smaller ones."""
        size = usual_batch_size(model, self.machine.device)
        formats = [self.number] if self.number else choices(model, self.machine.device)
        for each in formats:
            yield each.name, size
        while size > 1:
            size //= 2
            yield formats[-1].name, size

    def rank(self, found: _Considered) -> tuple[object, ...]:
        """What fits is sorted by this, the greatest first."""
        return (
            self._is_listed(found.model),
            found.speed.fast_enough,
            not found.fit.is_tight,
            standing(found.model, self.task),
            -found.speed.work,
        )

    def recommendation(self, found: _Considered) -> Recommendation:
        """The model with its reason."""
        listed = self._is_listed(found.model)
        words = reasons(found.model, self.task, found.fit, found.speed, listed=listed)
        value = figure(found.model, self.task)
        engines = engines_for(found.model, self.machine)
        return Recommendation(found.model, found.fit, found.speed, value, "; ".join(words), engines)

    def _is_listed(self, model: Weighed) -> bool:
        return self.language is None or self.language in languages_of(model)


def _too_large(found: _Considered) -> TooLarge:
    fit = with_cures(found.model, found.fit)
    return TooLarge(found.model, fit, lack(fit, found.speed))
