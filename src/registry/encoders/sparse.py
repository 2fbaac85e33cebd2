"""Sparse retrieval: one weight per word of the vocabulary."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from registry.encoders.base import TextEncoder
from registry.errors import InputError
from registry.models.kinds import SparseLike


class SparseEncoder(TextEncoder[SparseLike, csr_array]):
    """Gives a scipy CSR array (n, vocabulary) of float32 weights for n texts."""

    def __init__(self, model: SparseLike, *, batch_size: int) -> None:
        super().__init__(model, dim=model.embedding_dim, batch_size=batch_size)

    @abstractmethod
    def _token(self, index: int) -> str:
        """The word of one dimension."""

    def similarity(self, queries: csr_array, documents: csr_array) -> NDArray[np.float32]:
        """Dot products of m queries and n documents: float32 (m, n).

        Raises InputError for weights over different vocabularies.
        """
        left: Any = queries  # scipy has no types
        right: Any = documents  # as above
        if left.shape[-1] != right.shape[-1]:
            raise InputError(
                f"queries of shape {left.shape} cannot be compared with documents of shape "
                f"{right.shape}: their vocabularies differ"
            )
        return np.asarray((left @ right.T).toarray(), dtype=np.float32)

    def top_terms(self, weights: csr_array, count: int = 10) -> list[list[tuple[str, float]]]:
        """The heaviest words of each row with their weights, heaviest first; `count` at most.

        Raises InputError for a negative count, and for a row that is not a matrix.
        """
        if count < 0:
            raise InputError(f"count should be at least 0, not {count}")
        tops: list[list[tuple[str, float]]] = []
        rows: Any = weights  # scipy has no types
        if rows.ndim != 2:
            raise InputError("weights should be (n, vocabulary); weights[[0]] is the first row")
        for row in range(rows.shape[0]):
            start, end = rows.indptr[row], rows.indptr[row + 1]
            values, indices = rows.data[start:end], rows.indices[start:end]
            order = np.argsort(-values, kind="stable")[:count]
            tops.append([(self._token(int(indices[i])), float(values[i])) for i in order])
        return tops

    def _nothing(self) -> csr_array:
        return csr_array((0, self.dim), dtype=np.float32)
