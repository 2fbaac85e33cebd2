"""The option `context_length`: at most what the entry states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import InputError, LoadError, UnsupportedError

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import Loadable


def check_context_length(model: Loadable, wanted: int | None) -> None:
    """Raises InputError if it is not a token count, LoadError if the model reads less."""
    if wanted is None:
        return
    if not _is_count(wanted):
        raise InputError(f"context_length should be a whole number from 1, not {wanted!r}")
    extended: int | None = getattr(model, "extended_context_length", None)
    known: int | None = extended or getattr(model, "context_length", None)
    if known is not None and wanted > known:
        raise LoadError(
            f"{model.id} reads {known:,} tokens at most; context_length={wanted:,} is more"
        )


def refuse_context_length(model: Loadable, options: LoadOptions) -> None:
    """For a model whose texts are read up to its entry's length. Raises UnsupportedError."""
    if options.context_length is not None:
        raise UnsupportedError(
            f"{model.id}: context_length is for language models; a {model.kind} model reads as "
            "many tokens as its entry says"
        )


def _is_count(value: object) -> bool:
    """Whether it is a token count: a caller without a type checker may pass anything."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
