"""Late interaction: one vector a token, compared by MaxSim."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from registry.encoders.base import Role, checked_texts, shows_progress
from registry.kinds import ColbertLike

TokenVectors = list[NDArray[np.float32]]


class MultiVectorEncoder(ABC):
    """Gives a list of float32 (tokens, dim) for n texts, of unit length a token."""

    def __init__(self, model: ColbertLike, *, dim: int, batch_size: int) -> None:
        self.model = model
        self.dim = dim
        self.batch_size = batch_size

    @abstractmethod
    def _encode(
        self, texts: list[str], role: Role, batch_size: int, progress: bool
    ) -> TokenVectors:
        """Token vectors of texts that are checked and at least one."""

    @abstractmethod
    def _maxsim(self, queries: TokenVectors, documents: TokenVectors) -> NDArray[np.float32]:
        """MaxSim of at least one query and one document."""

    def encode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> TokenVectors:
        """Token vectors of queries: a list of float32 (tokens, dim). Raises InputError."""
        return self._run(texts, "query", batch_size, progress)

    def encode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> TokenVectors:
        """Token vectors of documents: a list of float32 (tokens, dim). Raises InputError."""
        return self._run(texts, "document", batch_size, progress)

    async def aencode_queries(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> TokenVectors:
        """`encode_queries` in a thread."""
        return await asyncio.to_thread(self._run, texts, "query", batch_size, progress)

    async def aencode_documents(
        self, texts: Sequence[str], *, batch_size: int | None = None, progress: bool | None = None
    ) -> TokenVectors:
        """`encode_documents` in a thread."""
        return await asyncio.to_thread(self._run, texts, "document", batch_size, progress)

    def similarity(self, queries: TokenVectors, documents: TokenVectors) -> NDArray[np.float32]:
        """MaxSim of m queries against n documents: float32 (m, n).

        For each query token the largest dot product with any document token, summed over the
        query (Khattab and Zaharia 2020, arXiv 2004.12832, equation 3).
        """
        if not queries or not documents:
            return np.zeros((len(queries), len(documents)), np.float32)
        return self._maxsim(queries, documents)

    def _run(
        self, texts: Sequence[str], role: Role, batch_size: int | None, progress: bool | None
    ) -> TokenVectors:
        checked = checked_texts(texts)
        if not checked:
            return []
        shown = shows_progress(progress, len(checked))
        return self._encode(checked, role, batch_size or self.batch_size, shown)
