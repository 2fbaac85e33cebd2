"""The steps after a graph that ends at its tokens or scores, with numpy alone.

Graphs that `registry export` traces need none of them. A repository's own file ends where its
publisher chose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.exports.export import Head

Numbers = NDArray[np.float32]
Mask = NDArray[np.int64]


def finished(found: Numbers, mask: Mask, heads: tuple[Head, ...]) -> Numbers:
    """Numbers of a graph after each step. mask: (n, t), 1 for tokens of the text."""
    for head in heads:
        found = _STEPS[head](found, mask)
    return found


def _mean(tokens: Numbers, mask: Mask) -> Numbers:
    weights = mask[:, :, None].astype(np.float32)
    means: Numbers = (tokens * weights).sum(1) / np.maximum(weights.sum(1), np.float32(1e-9))
    return means


def _first(tokens: Numbers, mask: Mask) -> Numbers:
    found: Numbers = tokens[np.arange(len(tokens)), mask.argmax(1)]
    return found


def _last(tokens: Numbers, mask: Mask) -> Numbers:
    places = mask.shape[1] - 1 - mask[:, ::-1].argmax(1)
    found: Numbers = tokens[np.arange(len(tokens)), places]
    return found


def _largest(tokens: Numbers, mask: Mask) -> Numbers:
    found: Numbers = np.where(mask[:, :, None] == 1, tokens, np.float32(-np.inf)).max(1)
    return found


def _splade(logits: Numbers, mask: Mask) -> Numbers:
    """log(1 + max(0, x)), the largest of the tokens (Formal et al. 2021, arXiv 2109.10086)."""
    weights: Any = np.log1p(np.maximum(logits, 0)) * mask[:, :, None]  # as in _unit
    found: Numbers = weights.max(1).astype(np.float32)
    return found


def _unit(vectors: Numbers, _: Mask) -> Numbers:
    lengths: Any = np.linalg.norm(vectors, axis=-1, keepdims=True)  # numpy types it in part
    found: Numbers = vectors / np.maximum(lengths, np.float32(1e-12))
    return found


def _sigmoid(scores: Numbers, _: Mask) -> Numbers:
    found: Any = 1 / (1 + np.exp(-scores))  # as in _unit
    return np.asarray(found, dtype=np.float32)


_STEPS: dict[Head, Callable[[Numbers, Mask], Numbers]] = {
    "mean": _mean,
    "cls": _first,
    "lasttoken": _last,
    "max": _largest,
    "splade": _splade,
    "normalize": _unit,
    "sigmoid": _sigmoid,
}
