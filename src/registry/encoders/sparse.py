"""Sparse retrieval: one weight per word of the vocabulary."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from registry.encoders.base import TextEncoder, checked_number
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

        Raises InputError for weights over different vocabularies, or that are not (n, vocabulary).
        """
        left, right = _weights(queries, "queries"), _weights(documents, "documents")
        if left.shape[1] != right.shape[1]:
            raise InputError(
                f"queries of shape {left.shape} cannot be compared with documents of shape "
                f"{right.shape}: their vocabularies differ"
            )
        return np.asarray((left @ right.T).toarray(), dtype=np.float32)

    def top_terms(self, weights: csr_array, count: int = 10) -> list[list[tuple[str, float]]]:
        """The heaviest words of each row with their weights, heaviest first; `count` at most.

        Raises InputError for a negative count, and for a row that is not a matrix.
        """
        most = checked_number(count, "count", least=0)
        tops: list[list[tuple[str, float]]] = []
        rows = _weights(weights, "weights")
        for row in range(rows.shape[0]):
            start, end = rows.indptr[row], rows.indptr[row + 1]
            values, indices = rows.data[start:end], rows.indices[start:end]
            order = np.argsort(-values, kind="stable")[:most]
            tops.append([(self._token(int(indices[i])), float(values[i])) for i in order])
        return tops

    def _nothing(self) -> csr_array:
        return csr_array((0, self.dim), dtype=np.float32)


def _weights(given: object, name: str) -> Any:  # scipy has no types
    """Rows of weights: any sparse or dense matrix as CSR. Raises InputError for anything else."""
    if getattr(given, "ndim", 0) != 2:
        shape: object = getattr(given, "shape", None)
        what = type(given).__name__ if shape is None else f"of shape {shape}"
        raise InputError(
            f"{name} should be (n, vocabulary), not {what}; {name}[[0]] is the first row"
        )
    return csr_array(given)
