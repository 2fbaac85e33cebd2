"""Dense retrieval: one vector per input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from registry.encoders.arrays import checked_vectors
from registry.encoders.base import TextEncoder
from registry.encoders.quantization import Precision, QuantizedVectors, quantize
from registry.errors import InputError, LoadError
from registry.models.kinds import DenseLike

Vectors = NDArray[np.float32]


class DenseEncoder(TextEncoder[DenseLike, Vectors]):
    """Gives float32 vectors (n, dim) for n texts, or the same in a small form.

    The asynchronous twins give only float32; use `quantize` on their results.
    """

    @overload
    def encode_queries(
        self,
        texts: Sequence[str],
        *,
        quantization: None = None,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> Vectors: ...
    @overload
    def encode_queries(
        self,
        texts: Sequence[str],
        *,
        quantization: Precision,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> QuantizedVectors: ...
    def encode_queries(
        self,
        texts: Sequence[str],
        *,
        quantization: Precision | None = None,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> Vectors | QuantizedVectors:
        """Vectors of queries: float32 (n, dim), or quantized. Raises InputError."""
        return _in_form(self._run(texts, "query", batch_size, progress), quantization)

    @overload
    def encode_documents(
        self,
        texts: Sequence[str],
        *,
        quantization: None = None,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> Vectors: ...
    @overload
    def encode_documents(
        self,
        texts: Sequence[str],
        *,
        quantization: Precision,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> QuantizedVectors: ...
    def encode_documents(
        self,
        texts: Sequence[str],
        *,
        quantization: Precision | None = None,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> Vectors | QuantizedVectors:
        """Vectors of documents: float32 (n, dim), or quantized. Raises InputError."""
        return _in_form(self._run(texts, "document", batch_size, progress), quantization)

    def similarity(self, queries: Vectors, documents: Vectors | QuantizedVectors) -> Vectors:
        """Scores of m queries against n documents: float32 (m, n), by the model's measure.

        That is the cosine or the dot product; the dot product if the measure is unknown.
        Raises InputError for a model with another one, for vectors of different widths, and for
        anything that is not (n, dim).
        """
        asked = checked_vectors(queries, "queries")
        stored = (
            documents
            if isinstance(documents, QuantizedVectors)
            else checked_vectors(documents, "documents")
        )
        width = stored.dim if isinstance(stored, QuantizedVectors) else stored.shape[1]
        if asked.shape[1] != width:
            raise InputError(
                f"queries of shape {asked.shape} cannot be compared with documents of {width} "
                "dimensions"
            )
        measure = self.model.similarity
        if measure not in ("cosine", "dot", None):
            raise InputError(
                f"{self.model.id} is compared by {measure}, which is not computed here; compare "
                "the vectors yourself"
            )
        if measure == "cosine":
            asked = unit(asked)
        if isinstance(stored, QuantizedVectors):
            scores = stored.scores(asked)
            return scores / _not_zero(stored.lengths()) if measure == "cosine" else scores
        return asked @ (unit(stored) if measure == "cosine" else stored).T

    def _nothing(self) -> Vectors:
        return np.empty((0, self.dim), np.float32)


def _in_form(vectors: Vectors, quantization: Precision | None) -> Vectors | QuantizedVectors:
    return vectors if quantization is None else quantize(vectors, quantization)


def chosen_dim(model_id: str, wanted: int | None, full: int, registered: tuple[int, ...]) -> int:
    """The requested width, if it is registered. Raises LoadError."""
    if wanted is None or wanted == full:
        return full
    if wanted in registered:
        return wanted
    there = f"its widths are {', '.join(map(str, registered))}" if registered else "it has none"
    raise LoadError(
        f"{model_id}: {wanted} is not a registered Matryoshka width; {there}"
        f"{'' if registered else f' but {full}'}"
    )


def unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1; a zero vector stays zero.

    >>> unit(np.array([[3.0, 4.0]], dtype=np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / _not_zero(norms)).astype(np.float32)


def _not_zero(lengths: Vectors) -> Vectors:
    """Lengths to divide by: 1 for a vector of length 0."""
    return np.where(lengths > 0, lengths, np.float32(1))
