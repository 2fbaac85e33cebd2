"""Dense retrieval: one vector an input."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from registry.encoders.base import Role, checked_texts, shows_progress
from registry.encoders.quantization import Precision, QuantizedVectors, quantize
from registry.errors import LoadError
from registry.kinds import DenseLike

Vectors = NDArray[np.float32]


class DenseEncoder(ABC):
    """Gives float32 vectors (n, dim) for n texts; queries and documents get their prompts.

    A backend implements `_encode`; everything else is here.
    """

    def __init__(self, model: DenseLike, *, dim: int, batch_size: int) -> None:
        self.model = model
        self.dim = dim
        self.batch_size = batch_size

    @abstractmethod
    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        """Vectors of texts that are checked and at least one; prompts are the backend's to add."""

    def close(self) -> None:  # noqa: B027 - most backends hold nothing that Python would not free
        """Free what the model holds."""

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
        """Vectors of queries: float32 (n, dim), or quantised. Raises InputError."""
        return self._run(texts, "query", quantization, batch_size, progress)

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
        """Vectors of documents: float32 (n, dim), or quantised. Raises InputError."""
        return self._run(texts, "document", quantization, batch_size, progress)

    async def aencode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> Vectors:
        """`encode_queries` in a thread, for programs with an event loop."""
        return await asyncio.to_thread(self._float, texts, "query", batch_size, progress)

    async def aencode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> Vectors:
        """`encode_documents` in a thread, for programs with an event loop."""
        return await asyncio.to_thread(self._float, texts, "document", batch_size, progress)

    def similarity(self, queries: Vectors, documents: Vectors | QuantizedVectors) -> Vectors:
        """Scores of m queries against n documents: float32 (m, n), by the model's measure."""
        if isinstance(documents, QuantizedVectors):
            return documents.scores(queries)
        if self.model.similarity == "cosine":
            queries, documents = unit(queries), unit(documents)
        return queries @ documents.T

    def _run(
        self,
        texts: Sequence[str],
        role: Role,
        quantization: Precision | None,
        batch_size: int | None,
        progress: bool | None,
    ) -> Vectors | QuantizedVectors:
        vectors = self._float(texts, role, batch_size, progress)
        return vectors if quantization is None else quantize(vectors, quantization)

    def _float(
        self, texts: Sequence[str], role: Role, batch_size: int | None, progress: bool | None
    ) -> Vectors:
        checked = checked_texts(texts)
        if not checked:
            return np.empty((0, self.dim), np.float32)
        shown = shows_progress(progress, len(checked))
        return self._encode(checked, role, batch_size or self.batch_size, shown)


def chosen_dim(model_id: str, wanted: int | None, full: int, registered: tuple[int, ...]) -> int:
    """The width asked for, if it is registered. Raises LoadError."""
    if wanted is None or wanted == full:
        return full
    if wanted in registered:
        return wanted
    there = f"its widths are {', '.join(map(str, registered))}" if registered else "it has none"
    raise LoadError(
        f"{model_id}: {wanted} is no registered Matryoshka width; {there}"
        f"{'' if registered else f' but {full}'}"
    )


def unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1; a zero vector stays zero.

    >>> unit(np.array([[3.0, 4.0]], dtype=np.float32)).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(norms > 0, norms, 1)).astype(np.float32)
