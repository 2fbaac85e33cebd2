"""A server's vectors for texts, compared with the entry at every request.

A server may switch models between requests: a tag is pulled again, a service restarted. A response
is checked completely before any part of it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from registry.errors import BackendError, CheckpointError, ServerUnavailableError

if TYPE_CHECKING:
    from registry.encoders.dense import Vectors
    from registry.models.kinds import DenseLike

# Some servers send 16-bit numbers; the length of such unit vectors is 1 within this.
_ROUNDING = 0.01


def checked_vectors(answer: object, count: int, model: DenseLike, server: str) -> Vectors:
    """The vectors of `count` texts as float32 (n, width), if they can be the model's.

    `server` is the sender, for the error. Raises CheckpointError for another width than the
    entry's, and BackendError for another number of vectors, numbers that are not finite, vectors of
    zeros, and lengths other than 1 if the entry says that the model normalizes.
    """
    try:
        with np.errstate(over="ignore"):  # infinity is refused below
            vectors: Vectors = np.asarray(answer, dtype=np.float32)
    except (ValueError, TypeError, OverflowError):
        raise ServerUnavailableError(
            f"{model.id}: {server} sent something that is not a list of vectors of one width"
        ) from None
    if vectors.ndim != 2 or len(vectors) != count or vectors.shape[1] == 0:
        raise BackendError(
            f"{model.id}: {server} sent numbers of shape {vectors.shape} for "
            f"{count} {'text' if count == 1 else 'texts'}; one vector per text was expected"
        )
    if not np.isfinite(vectors).all():
        index = int(np.argmin(np.isfinite(vectors).all(axis=1)))
        raise BackendError(f"{model.id}: {server} sent NaN or infinity for text {index}")
    if (width := vectors.shape[1]) != model.embedding_dim:
        raise CheckpointError(
            f"{model.id}: {server} gives {width} dimensions, but the registry states "
            f"{model.embedding_dim}; one of them is another model"
        )
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    wrong = lengths == 0
    if model.normalize is True:
        wrong |= np.abs(lengths - 1) > _ROUNDING
    if wrong.any():
        index = int(np.argmax(wrong))
        promised = "length 1" if model.normalize is True else "a length above 0"
        raise BackendError(
            f"{model.id}: {server} sent a vector of length {lengths[index]:.3g} for text {index}, "
            f"but the registry states {promised}; it serves another model or is broken"
        )
    return vectors
