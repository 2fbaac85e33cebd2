"""Finding models: by words, by what they read, by what they need, in some order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from registry.errors import InputError
from registry.models.kinds import Registered

Order = Literal["catalogue", "id", "size", "dim", "context", "date"]


def has_words(model: Registered, text: str) -> bool:
    """Whether every word of a text is in the names and description of a model, ignoring case.

    >>> from registry import BGE_M3
    >>> has_words(BGE_M3, "bge multilingual"), has_words(BGE_M3, "colbert v9")
    (True, False)
    """
    known = (
        model.id,
        model.name,
        *model.aliases,
        model.huggingface_id or "",
        model.organization,
        model.description,
        model.kind,
    )
    every = " ".join(known).casefold()
    return all(word in every for word in text.casefold().split())


def reads(model: Registered) -> int:
    """The longest input in tokens; 0 if unknown."""
    length: int | None = getattr(model, "context_length", None)
    return length or 0


def fits_into(model: Registered, memory: str) -> bool:
    """Whether a model fits into an amount of memory, in one of its formats.

    Raises InputError for an invalid size. What cannot be estimated does not fit.
    """
    from registry.fit import fits, parse_memory

    free = parse_memory(memory)  # an invalid size is an error, not an empty result
    try:
        return bool(fits(model, free))
    except InputError:
        return False


def sorted_models(models: Iterable[Registered], order: Order) -> list[Any]:
    """Models in an order; unknown values come last. Their classes may be of any catalogue."""
    key = _KEYS.get(order)
    return list(models) if key is None else sorted(models, key=key)


def _falling(field: str) -> Callable[[Registered], tuple[bool, float]]:
    def key(model: Registered) -> tuple[bool, float]:
        value: float | None = getattr(model, field, None)
        return value is None, -(value or 0)

    return key


def _date(model: Registered) -> tuple[bool, list[int]]:
    text: str | None = getattr(model, "release_date", None)
    return text is None, [-int(part) for part in (text or "").split("-") if part]


def _dim(model: Registered) -> tuple[bool, int]:
    dim: int | None = getattr(model, "embedding_dim", None)
    return dim is None, dim or 0


_KEYS: dict[Order, Callable[[Registered], Any]] = {
    "id": lambda model: model.id,
    "size": _falling("parameter_count"),
    "context": _falling("context_length"),
    "dim": _dim,
    "date": _date,
}
