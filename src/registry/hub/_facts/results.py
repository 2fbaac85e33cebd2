"""Figures of a model card (model-index), if the card gives exactly what the catalogue means.

A mean is taken only if the card states it, never computed from the sets that happen to be there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.hub._fact import Fact, Findings
from registry.hub._json_values import line
from registry_base.json_shapes import is_list, is_object

CARD = "README.md: model-index"


@dataclass(frozen=True)
class _Figure:
    """Which entry of model-index is which field. `points`: the catalogue counts to 100, not 1."""

    path: str
    datasets: frozenset[str]  # names, in lower case
    metrics: frozenset[str]
    points: bool = False
    split: str | None = None


_MEANS = frozenset({"mean_task", "mean (task)", "average", "mean"})
_NDCG = frozenset({"ndcg_at_10", "ndcg@10", "cosine_ndcg@10", "dot_ndcg@10", "maxsim_ndcg@10"})
_MRR = frozenset({"mrr_at_10", "mrr@10"})
_FIGURES = (
    _Figure("performance.mteb_avg", frozenset({"mteb(eng, v2)"}), _MEANS, points=True),
    _Figure("performance.mteb_eng_v1_avg", frozenset({"mteb(eng, v1)"}), _MEANS, points=True),
    _Figure("performance.beir13_avg", frozenset({"beir (13 datasets)", "beir-13"}), _NDCG),
    _Figure("performance.beir15_avg", frozenset({"beir (15 datasets)", "beir-15"}), _NDCG),
    _Figure("performance.ms_marco_mrr10", frozenset({"mteb msmarco"}), _MRR, split="dev"),
)


def find(model_index: object, found: Findings) -> None:
    """Everything of this group. Values that contradict each other are not figures."""
    read: dict[str, set[float]] = {}
    for dataset, split, metric, value in _results(model_index):
        for figure in _FIGURES:
            if (
                dataset.casefold() in figure.datasets
                and metric.casefold() in figure.metrics
                and figure.split in (None, split)
                and (scaled := _scaled(value, points=figure.points)) is not None
            ):
                read.setdefault(figure.path, set()).add(scaled)
    for path, values in read.items():
        if len(values) == 1:
            found.put(path, Fact(values.pop(), CARD))
        else:
            found.put(path, None, f"{CARD} gives several values")


def _results(model_index: object) -> Iterator[tuple[str, str | None, str, float]]:
    """Dataset, split, metric and value of every result that has them."""
    for model in _objects(model_index):
        for result in _objects(model.get("results")):
            dataset = result.get("dataset")
            name = line(dataset.get("name")) if is_object(dataset) else None
            if name is None or not is_object(dataset):
                continue
            for metric in _objects(result.get("metrics")):
                kind, value = line(metric.get("type")), _number(metric.get("value"))
                if kind is not None and value is not None:
                    yield name, line(dataset.get("split")), kind, value


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # YAML has integers of any size
        return None
    return number if math.isfinite(number) else None


def _objects(value: object) -> Iterator[dict[str, Any]]:
    return filter(is_object, value if is_list(value) else ())


def _scaled(value: float, *, points: bool) -> float | None:
    """In the catalogue's unit. Cards write fractions and percentages; no mean is 1 percent."""
    fraction = value / 100 if value > 1 else value
    if not 0 < fraction <= 1:
        return None
    return round(fraction * 100, 4) if points else round(fraction, 6)
