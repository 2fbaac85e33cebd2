"""A server's vectors for texts, compared with the entry at every request.

A server may switch models between requests: a tag is pulled again, a service restarted. A response
is checked completely before any part of it is used.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from registry.errors import BackendError, CheckpointError, ServerUnavailableError

if TYPE_CHECKING:
    from registry.encoders.dense import Vectors
    from registry.models.kinds import DenseLike

# Some servers send 16-bit numbers; the length of such unit vectors is 1 within this.
_ROUNDING = 0.01
# Vectors that a model has not normalized are further from length 1 than this, at least one of them.
_UNIT = 1e-3
_FIRST = ("width", "a longer text, whose vector is hardly as long as that of a single word")
_warned: set[str] = set()


class NormalizedVectorsWarning(UserWarning):
    """A server sends vectors of length 1 for a model whose vectors have lengths of their own."""


def check_first(
    encode: Callable[[list[str]], Vectors], model: DenseLike, server: str, *, dim: int
) -> None:
    """Check the first vectors, which also loads the model there; raises what `encode` raises.

    The entry may say that the model does not normalize. If the server does, the order of results
    by dot product is another: CheckpointError. Otherwise only the lengths are, which is worth a
    warning. Vectors that are cut to `dim` are normalized anyway.
    """
    raw = model.normalize is False and dim == model.embedding_dim
    vectors = encode(list(_FIRST if raw else _FIRST[:1]))
    if not raw or (np.abs(_lengths(vectors) - 1) > _UNIT).any():
        return
    found = f"{model.id}: {server} sends vectors of length 1, but the registry states that"
    if model.similarity == "dot":
        raise CheckpointError(
            f"{found} the model does not normalize and is compared by dot product, which would "
            'rank differently; use another backend, such as "sentence-transformers", or a server '
            "that sends vectors as they are, such as text-embeddings-inference"
        )
    if model.id in _warned:
        return
    _warned.add(model.id)
    warnings.warn(
        f"{found} the model does not normalize: compare these vectors by cosine, and do not store "
        "them with vectors of another backend",
        NormalizedVectorsWarning,
        stacklevel=5,
    )


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
    lengths = _lengths(vectors)
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


def as_rows(answer: object) -> object:
    """A bare list of vectors in the form of OpenAI's; anything else as it is."""
    if not isinstance(answer, list):
        return answer
    vectors = cast("list[object]", answer)
    return {"data": [{"index": i, "embedding": each} for i, each in enumerate(vectors)]}


def _lengths(vectors: Vectors) -> NDArray[np.float64]:
    lengths: NDArray[np.float64] = np.linalg.norm(vectors.astype(np.float64), axis=1)
    return lengths
