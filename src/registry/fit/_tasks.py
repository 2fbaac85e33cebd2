"""Tasks for models: which models are candidates for each, and how they are ranked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal

from registry.errors import InputError
from registry.fit._network import kind_of, whole
from registry.models.kinds import Weighed

Task = Literal["retrieval", "rerank", "chat", "code"]
TASKS: tuple[Task, ...] = ("retrieval", "rerank", "chat", "code")

_KINDS: dict[Task, tuple[str, ...]] = {
    "retrieval": ("dense", "colbert", "sparse"),
    "rerank": ("cross-encoder",),
    "chat": ("llm",),
    "code": ("llm",),
}
# The figure that most candidates have over the same 13 sets. Means over 14 or 15 sets are higher or
# lower because of the sets, not the model, and MTEB's mean is mostly about other tasks. Four
# rerankers have comparable figures, all of one family; no language model has.
_FIGURES: dict[Task, str] = {"retrieval": "beir13_avg"}
# Upper bounds of size classes: models within one class are ranked by date.
_CLASSES = (500_000_000, 2_000_000_000, 10_000_000_000, 40_000_000_000)


def candidates(models: Iterable[Weighed], task: Task) -> list[Weighed]:
    """The models of the kinds that a task is for. Raises InputError for an unknown task."""
    if task not in TASKS:
        raise InputError(f"task {task!r} is not one of {', '.join(TASKS)}")
    kept = [model for model in models if kind_of(model) in _KINDS[task]]
    # Models behind an API take no memory here.
    return [model for model in kept if getattr(model, "huggingface_id", "") is not None]


def objection(model: Weighed, task: Task, language: str | None) -> str | None:
    """Why a model of the right kind is nevertheless not for the task; None if it is."""
    if getattr(model, "status", "active") == "deprecated":
        successor = getattr(model, "superseded_by", None)
        return f"deprecated, superseded by {successor}" if successor else "deprecated"
    modalities: tuple[str, ...] = getattr(model, "modalities", ())
    if modalities and "text" not in modalities:
        return "reads no text"
    domain = getattr(model, "domain", None)
    if domain != ("code" if task == "code" else None):
        return f"made for {domain}" if domain else "not made for code"
    if task == "chat" and getattr(model, "instruction_tuned", None) is False:
        return "a base model: it continues texts and answers no questions"
    languages = languages_of(model)
    if language is not None and languages and language not in languages:
        return f"not made for {language}"
    return None


def languages_of(model: Weighed) -> tuple[str, ...]:
    """The languages a model is made for; empty if they are unknown."""
    languages: tuple[str, ...] = getattr(model, "languages", ())
    return languages


def known_language(models: Iterable[Weighed], text: str) -> str:
    """A code that some model lists, in its spelling. Raises InputError with what may be meant."""
    known = {code.casefold(): code for model in models for code in languages_of(model)}
    wanted = text.strip().casefold()
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        hint = f"did you mean {known[near[0]]}?" if near else "write an ISO 639 code such as de"
        raise InputError(f"no model here supports the language {text!r}; {hint}")
    return known[wanted]


def figure(model: Weighed, task: Task) -> float | None:
    """The published figure by which models of a task are compared; None if there is none.

    retrieval: mean nDCG@10 over 13 sets of BEIR, 0 to 1.
    """
    name = _FIGURES.get(task)
    value = None if name is None else getattr(model, name, None)
    return value if isinstance(value, float) else None


def has_figures(task: Task) -> bool:
    """Whether models of this task are compared by a published figure."""
    return task in _FIGURES


def standing(model: Weighed, task: Task) -> tuple[float, ...]:
    """The sort key: greater is better, as far as known.

    If a task has a figure, by that, in steps of a hundredth: less is within the noise of the sets.
    Without one, by size class, then by date, then by size: not a measurement, only what is usually
    true. A model without a date comes after all that have one.
    """
    if has_figures(task) and (value := figure(model, task)) is not None:
        return 1, round(value, 2)
    year, month = _date(model)
    unmeasured = (year > 0, size_class(model), year, month, whole(model, "parameter_count") or 0)
    return (0, *unmeasured) if has_figures(task) else unmeasured


def size_class(model: Weighed) -> int:
    """0 to 4: below 0.5, 2, 10 and 40 billion weights, and above."""
    count = whole(model, "parameter_count") or 0
    return sum(count >= end for end in _CLASSES)


def _date(model: Weighed) -> tuple[int, int]:
    text = getattr(model, "release_date", None)
    if not isinstance(text, str):
        return 0, 0
    year, _, rest = text.partition("-")
    return int(year), int(rest[:2] or 0)
