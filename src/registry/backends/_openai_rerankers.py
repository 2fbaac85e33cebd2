"""Scores of pairs from servers that have /rerank, on the entry's scale."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from registry.backends._http_batches import batches, halved
from registry.backends._http_vectors import read_scores
from registry.backends._openai_connection import OpenAIConnection
from registry.backends._openai_encoders import explained, serving_of
from registry.backends._openai_identity import Served, identify
from registry.backends._openai_pages import ask
from registry.backends._progress import counting
from registry.backends._score_scale import Scale, on_scale, scale_of
from registry.encoders.base import DEFAULT_BATCH_SIZE
from registry.encoders.reranker import Reranker

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import CrossEncoderLike

_FITTING = (
    "what is the capital of France",
    "Paris is the capital of France and its largest city.",
    "The mitochondrion makes energy for the cell.",
    "Boil the eggs for nine minutes.",
)


class HttpReranker(Reranker):
    """Scores through /rerank, requested in both of its forms at once.

    Raw scores are requested, which TEI and infinity return as logits; others return what they have.
    They are converted to the entry's scale. The entry's prompts are added to the texts.
    """

    def __init__(
        self, model: CrossEncoderLike, connection: OpenAIConnection, served: Served
    ) -> None:
        size = model.batch_size or DEFAULT_BATCH_SIZE
        super().__init__(model, batch_size=min(size, served.most or size))
        self._connection = connection
        self._served = served
        self._scale: Scale | None = None

    def close(self) -> None:
        """Send no more requests; each has its own connection."""
        self._connection.closed = True

    def _score(
        self, query: str, documents: list[str], batch_size: int, progress: bool
    ) -> NDArray[np.float32]:
        size = min(batch_size, self._served.most or batch_size)
        asked, before = f"{self.model.query_prompt or ''}{query}", self.model.document_prompt or ""

        def scored(texts: list[str]) -> list[float]:
            body = {
                "model": self._served.name,
                "query": asked,
                "documents": texts,
                "texts": texts,
                "raw_scores": True,
            }
            answer = ask(self._connection, "rerank", body, also_at_root=True)
            return list(read_scores(answer, len(texts)))

        found: list[float] = []
        with counting(len(documents), progress) as advance:
            for start, batch in batches([f"{before}{each}" for each in documents], size):
                found += explained(self._connection, partial(halved, scored, batch, start))
                advance(len(batch))
        stated: str | None = getattr(self.model, "score_scale", None)
        return on_scale(np.asarray(found, np.float32), self._scale, stated)

    def find_scale(self) -> None:
        """Find the scale of the server's scores, from matching and non-matching pairs.

        Raises LoadError, BackendError.
        """
        stated, self._scale = self._served.scale, None
        scores = self.scores(_FITTING[0], _FITTING)
        self._scale = stated or scale_of(scores)


def load_reranker(model: CrossEncoderLike, options: LoadOptions) -> HttpReranker:
    """A reranker, once it has scored one pair. Raises LoadError, BackendError."""
    connection = OpenAIConnection(model, options, own_server=True)
    served = identify(model, connection, options)
    reranker = HttpReranker(model, connection, served)
    reranker.find_scale()
    reranker.serving = serving_of(connection, served)
    return reranker
