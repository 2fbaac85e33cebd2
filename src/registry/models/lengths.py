"""How many tokens of a text a model reads, by its entry."""

from __future__ import annotations


def own_length(model: object) -> int | None:
    """Where the published pipeline truncates, in tokens; None if the entry does not say.

    >>> from registry import ALL_MINILM_L6_V2
    >>> own_length(ALL_MINILM_L6_V2)
    256
    """
    for name in ("max_sequence_length", "context_length"):
        length = getattr(model, name, None)  # entries of other catalogues may lack it
        if isinstance(length, int) and not isinstance(length, bool) and length > 0:
            return length
    return None
