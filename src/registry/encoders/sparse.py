"""Sparse retrieval: one weight a word of the vocabulary."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from registry.encoders.base import Role, checked_texts, shows_progress
from registry.kinds import SparseLike


class SparseEncoder(ABC):
    """Gives a scipy CSR array (n, vocabulary) of float32 weights for n texts."""

    def __init__(self, model: SparseLike, *, batch_size: int) -> None:
        self.model = model
        self.dim = model.embedding_dim
        self.batch_size = batch_size

    @abstractmethod
    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> csr_array:
        """Weights of texts that are checked and at least one."""

    @abstractmethod
    def _token(self, index: int) -> str:
        """The word of one dimension."""

    def encode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> csr_array:
        """Weights of queries: CSR float32 (n, vocabulary). Raises InputError."""
        return self._run(texts, "query", batch_size, progress)

    def encode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> csr_array:
        """Weights of documents: CSR float32 (n, vocabulary). Raises InputError."""
        return self._run(texts, "document", batch_size, progress)

    async def aencode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> csr_array:
        """`encode_queries` in a thread."""
        return await asyncio.to_thread(self._run, texts, "query", batch_size, progress)

    async def aencode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> csr_array:
        """`encode_documents` in a thread."""
        return await asyncio.to_thread(self._run, texts, "document", batch_size, progress)

    def similarity(self, queries: csr_array, documents: csr_array) -> NDArray[np.float32]:
        """Dot products of m queries and n documents: float32 (m, n)."""
        left: Any = queries  # scipy has no types
        right: Any = documents
        return np.asarray((left @ right.T).toarray(), dtype=np.float32)

    def top_terms(self, weights: csr_array, count: int = 10) -> list[list[tuple[str, float]]]:
        """The heaviest words of each row with their weights, heaviest first."""
        tops: list[list[tuple[str, float]]] = []
        rows: Any = weights  # scipy has no types
        for row in range(rows.shape[0]):
            start, end = rows.indptr[row], rows.indptr[row + 1]
            values, indices = rows.data[start:end], rows.indices[start:end]
            order = np.argsort(-values, kind="stable")[:count]
            tops.append([(self._token(int(indices[i])), float(values[i])) for i in order])
        return tops

    def _run(
        self, texts: Sequence[str], role: Role, batch_size: int | None, progress: bool | None
    ) -> csr_array:
        checked = checked_texts(texts)
        if not checked:
            return csr_array((0, self.dim), dtype=np.float32)
        shown = shows_progress(progress, len(checked))
        return self._encode(checked, role, batch_size or self.batch_size, shown)
