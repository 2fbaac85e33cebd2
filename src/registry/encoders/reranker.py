"""Reranking: query and document read together, one score."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from registry.encoders.base import (
    checked_number,
    checked_text,
    checked_texts,
    chosen_batch_size,
    shows_progress,
)
from registry.encoders.closing import Closable
from registry.encoders.serving import Serving
from registry.models.kinds import CrossEncoderLike


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document's index in the given list, and its score.

    A dataclass, because a tuple has an `index` of its own.
    """

    index: int
    score: float


class Reranker(Closable, ABC):
    """Scores documents against a query. `serving` is as in encoders."""

    def __init__(self, model: CrossEncoderLike, *, batch_size: int) -> None:
        self.model = model
        self.batch_size = batch_size
        self.serving: Serving | None = None

    @abstractmethod
    def _score(
        self, query: str, documents: list[str], batch_size: int, progress: bool
    ) -> NDArray[np.float32]:
        """Scores (n,) of checked documents, at least one."""

    def scores(
        self,
        query: str,
        documents: Sequence[str],
        *,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> NDArray[np.float32]:
        """Scores of the documents in the order given: float32 (n,). Raises InputError."""
        size = chosen_batch_size(batch_size, self.batch_size)
        asked, checked = checked_text(query, "the query"), checked_texts(documents)
        if not checked:
            return np.empty(0, np.float32)
        return self._score(asked, checked, size, shows_progress(progress, len(checked)))

    def rerank(
        self,
        query: str,
        documents: Sequence[str],
        *,
        top: int | None = None,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> list[Ranked]:
        """The documents as (index, score), best first; equal scores keep their order.

        `top` limits the number of results; None returns all. Raises InputError.
        """
        limit = None if top is None else checked_number(top, "top", least=0)
        scores = self.scores(query, documents, batch_size=batch_size, progress=progress)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [Ranked(int(index), float(scores[index])) for index in order]

    async def arerank(
        self,
        query: str,
        documents: Sequence[str],
        *,
        top: int | None = None,
        batch_size: int | None = None,
        progress: bool | None = None,
    ) -> list[Ranked]:
        """`rerank` in a thread."""
        import asyncio  # 20 ms, of every first vector

        return await asyncio.to_thread(
            self.rerank, query, documents, top=top, batch_size=batch_size, progress=progress
        )
