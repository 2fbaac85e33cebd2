"""Rows of one model side by side: how much of the first one's results another finds too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from registry.bench.results import ModelResult

Ranking = tuple[tuple[int, ...], ...]


def overlap(first: Ranking, other: Ranking) -> float | None:
    """The share of the best results per query that is the same; None if one ranked nothing.

    >>> overlap(((1, 2), (3, 4)), ((2, 1), (3, 9)))
    0.75
    """
    if not first or len(first) != len(other):
        return None
    shared = [len(set(one) & set(two)) / len(one) for one, two in zip(first, other, strict=True)]
    return sum(shared) / len(shared)


def with_overlap(rows: Iterable[ModelResult]) -> tuple[ModelResult, ...]:
    """The rows; if a model has several, each with its overlap with the first measured one."""
    first: dict[str, ModelResult] = {}
    found: list[ModelResult] = []
    for row in rows:
        if row.measurement is None:
            found.append(row)
            continue
        base = first.setdefault(row.id, row)
        assert base.measurement is not None
        shared = (
            None
            if base is row
            else overlap(base.measurement.check.ranking, row.measurement.check.ranking)
        )
        found.append(replace(row, overlap=shared))
    return tuple(found)
