"""Why a model has its rank, in words."""

from __future__ import annotations

from collections.abc import Iterator

from registry.fit._fitting import Fit
from registry.fit._network import kind_of
from registry.fit._tasks import Task, figure, has_figures
from registry.fit._usual import usual_batch_size
from registry.fit.memory_size import human_memory
from registry.fit.speed import Speed
from registry.models.kinds import Weighed

_KINDS = {"dense": "dense vectors", "colbert": "late interaction", "sparse": "sparse vectors"}


def reasons(model: Weighed, task: Task, fit: Fit, pace: Speed, *, listed: bool) -> Iterator[str]:
    """What speaks for and against a model that fits, the most important first."""
    value = figure(model, task)
    if value is not None:
        yield f"nDCG@10 {value:.3f}"
    elif has_figures(task):
        yield "no comparable figure"
    if task == "retrieval":
        yield _KINDS[kind_of(model)]
    else:
        yield _size_and_date(model)
    if not listed:
        yield "languages unknown"
    if pace.per_second is not None:
        yield str(pace) if pace.fast_enough else f"slow here, {pace}"
    if fit.estimate.batch_size < usual_batch_size(model, fit.estimate.device):
        yield f"in batches of {fit.estimate.batch_size}"
    if fit.is_tight:
        yield f"tight, {human_memory(fit.spare)} left"
    yield from fit.estimate.notes
    if getattr(model, "trust_remote_code", False):
        yield "runs code from its repository"


def lack(fit: Fit, pace: Speed) -> str:
    """By how much a model does not fit, and what would make it fit."""
    slow = [] if pace.fast_enough else ["and slow here"]
    cures = " or ".join(cure.change for cure in fit.cures)
    mended = (
        f"fits with {cures}" if cures else "no smaller published format, context or batch helps"
    )
    return "; ".join([f"{human_memory(fit.missing)} too much", mended, *slow, *fit.estimate.notes])


def notes(task: Task, language: str | None) -> Iterator[str]:
    """What the order for a task is based on."""
    if not has_figures(task):
        yield (
            "no comparable figures are published for these models: ordered by class of size, "
            "then by date"
        )
    elif language not in (None, "en"):
        yield f"the figures are for English; none are known for {language}"


def _size_and_date(model: Weighed) -> str:
    parameters = getattr(model, "parameters", None) or f"{model.parameter_count:,}"
    date = getattr(model, "release_date", None)
    return f"{parameters} weights, {f'of {date[:7]}' if date else 'date unknown'}"
