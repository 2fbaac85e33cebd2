"""What the registry states about vectors, compared with the first output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from registry.errors import CheckpointError

if TYPE_CHECKING:
    from registry.encoders.dense import Vectors
    from registry.models.kinds import ColbertLike, DenseLike, Loadable, SparseLike

# Vectors that the registry calls normalized have length 1 within this, as float16 rounds.
_UNIT_TOLERANCE = 1e-2


def check_vectors(model: DenseLike, vectors: Vectors) -> None:
    """Check the vectors (1, width) of one text against the registry. Raises CheckpointError."""
    check_width(model, vectors.shape[1])
    check_finite(model, vectors)
    length = float(np.linalg.norm(vectors[0].astype(np.float64)))
    if model.normalize and abs(length - 1) > _UNIT_TOLERANCE:
        raise CheckpointError(
            f"{model.id}: the registry states normalized vectors; this checkpoint gives "
            f"length {length:.3g}"
        )


def check_finite(model: Loadable, numbers: NDArray[np.floating[Any]]) -> None:
    """Check that every number is finite. Raises CheckpointError."""
    if not np.isfinite(numbers).all():
        raise CheckpointError(
            f"{model.id}: the checkpoint gives values that are not numbers, such as NaN"
        )


def check_width(model: DenseLike | ColbertLike | SparseLike, found: int) -> None:
    """Check that vectors have the registry's width. Raises CheckpointError."""
    if found != model.embedding_dim:
        raise CheckpointError(
            f"{model.id}: the checkpoint gives {found} dimensions, but the registry states "
            f"{model.embedding_dim}; one of them is another model or revision"
        )
