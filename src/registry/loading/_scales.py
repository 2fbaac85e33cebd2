"""Scores of a server on a scale that the entry does not state."""

from __future__ import annotations

import warnings

_warned: set[str] = set()


class UnknownScaleWarning(UserWarning):
    """Scores are as the server sends them; others, or this process, may scale them differently."""


def warn_of_unknown_scale(model: object, by: str) -> None:
    """Warn once per model whose scores come from a server if its entry states no scale."""
    name: str = getattr(model, "id", "")
    if getattr(model, "score_scale", None) is not None or name in _warned:
        return
    _warned.add(name)
    warnings.warn(
        f"{name}: its entry does not state the scale of its scores, so they stay as {by} sends "
        'them; set score_scale, to "logit" or "sigmoid", before you compare them with a threshold',
        UnknownScaleWarning,
        stacklevel=3,
    )
