"""A text of a probe and how far its answer is from the lock's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal[
    "window",
    "tokenizer",
    "marks",
    "prompt",
    "query prompt",
    "document prompt",
    "scale",
    "weights",
    "template",
]


@dataclass(frozen=True)
class Row:
    """One text.

    difference: for vectors, the distance between their first numbers over the usual length of
    those; for scores, over their spread. changed: by more than the precision usually explains.
    tokens: how many more were read than the lock has, where known.
    """

    name: str
    group: str
    role: str
    difference: float
    changed: bool
    tokens: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Rows in the order of the texts. cause: None if it is the right model.

    allowed: the largest difference that the precision explains. similarity: the largest change in
    the cosine of two short texts. refused: long texts that were rejected.
    """

    rows: tuple[Row, ...]
    allowed: float
    similarity: float
    cause: Cause | None
    refused: tuple[str, ...] = ()
