"""The comparison of an export with the reference: on texts of several languages and lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.exports.export import EnginePrecision, Probe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = 1e-5
"""How far float32 of an engine may be from float32 of torch, relative to numbers above 1."""

OVERLAP = 0.99
"""The share of the ten best that must be the same by default."""

TOP = 10


def compared(
    vectors: tuple[list[NDArray[np.float32]], list[NDArray[np.float32]]],
    scores: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> Probe:
    """The probe of vectors (any shape, one array per text) and scores (m, n); reference first."""
    import numpy as np

    difference, cosine = 0.0, 1.0
    for right, found in zip(*vectors, strict=True):
        if right.shape != found.shape or not np.isfinite(found).all():
            return Probe(texts=len(vectors[0]), difference=float("1e9"), cosine=-1.0, overlap=0.0)
        if right.size == 0:
            continue
        largest = max(1.0, float(np.abs(right).max()))
        difference = max(difference, float(np.abs(right - found).max()) / largest)
        lengths: Any = np.linalg.norm(right, axis=-1) * np.linalg.norm(found, axis=-1)
        products = (right.astype(np.float64) * found).sum(axis=-1)
        cosine = min(
            cosine, float(np.min(products / np.where(lengths > 0, lengths, 1) + (lengths == 0)))
        )
    shared: list[float] = []
    for right, found in zip(*scores, strict=True):
        ordered: list[float] = np.sort(right).tolist()
        last = ordered[-min(TOP, len(ordered))]
        # Ties with the last of the ten count as equal.
        enough = last - EXACT * max(1.0, abs(last))
        best = np.argsort(-found, kind="stable")[:TOP]
        reached: list[float] = right[best].tolist()
        shared.append(sum(each >= enough for each in reached) / len(reached))
    return Probe(
        texts=len(vectors[0]), difference=difference, cosine=cosine, overlap=float(np.mean(shared))
    )


def short_of(probe: Probe, precision: EnginePrecision, min_overlap: float | None) -> str | None:
    """What a probe lacks to be used, in words that follow the name of what was compared."""
    if precision == "f32" and probe.difference > EXACT:
        return (
            f"differs from the reference by {probe.difference:.1e}, more than {EXACT:.0e} "
            f"(smallest cosine {probe.cosine:.4f}); do not use it"
        )
    if precision == "f32" and min_overlap is None:
        return None
    wanted = OVERLAP if min_overlap is None else min_overlap
    if probe.overlap < wanted:
        return (
            f"finds {probe.overlap:.1%} of the ten best documents that the reference finds, less "
            f"than {wanted:.1%}; if that is enough, pass min_overlap={probe.overlap - 5e-4:.3f}"
        )
    return None
