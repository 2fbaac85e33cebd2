"""Dense vectors and scores of pairs from servers that speak OpenAI's embeddings and /rerank.

Such a server answers any name with the model that it has: what it says of itself, the width of what
it sends and its list of names are held against the entry.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from registry.backends._cutting import Cut, cutter
from registry.backends._http_batches import RefusedTextError, batches, halved
from registry.backends._http_vectors import (
    OddAnswerError,
    read_scores,
    read_vectors,
    used_tokens,
)
from registry.backends._openai_connection import OpenAIConnection
from registry.backends._openai_identity import Served, identify
from registry.backends._openai_pages import ask
from registry.backends._refusal import RefusedError
from registry.backends._served_vectors import checked_vectors
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import DenseEncoder, Vectors, chosen_dim, unit
from registry.encoders.reranker import Reranker
from registry.errors import BackendError, InputError
from registry.models.lengths import own_length

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import CrossEncoderLike, DenseLike


class HttpDenseEncoder(DenseEncoder):
    """Vectors through /embeddings; order, width, cut and unit length are made sure of here.

    The entry's prompts are put before the texts. Texts are cut to the entry's length by the
    checkpoint's tokenizer where it is in the cache; else they are refused where the server says
    that it has read more.
    """

    def __init__(
        self,
        model: DenseLike,
        connection: OpenAIConnection,
        served: Served,
        *,
        dim: int,
        cut: Cut | None = None,
    ) -> None:
        size = model.batch_size or DEFAULT_BATCH_SIZE
        super().__init__(model, dim=dim, batch_size=min(size, served.most or size))
        self._connection = connection
        self._served = served
        self._length = own_length(model)
        self._cut = cut

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        prompt = self.model.query_prompt if role == "query" else self.model.document_prompt
        prompted = [f"{prompt}{text}" for text in texts] if prompt else texts
        if self._cut is not None:
            prompted = [self._cut(text) for text in prompted]
        size = min(batch_size, self._served.most or batch_size)
        found: list[Any] = []
        for start, batch in batches(prompted, size):
            found += explained(self._connection, partial(halved, self._ask, batch, start))
        vectors = checked_vectors(
            _unit_where_promised(found, self.model),
            len(texts),
            self.model,
            self._connection.address,
        )
        return unit(vectors[:, : self.dim]) if self.dim < vectors.shape[1] else vectors

    def _ask(self, texts: list[str]) -> list[NDArray[np.float32]]:
        body = {"model": self._served.name, "input": texts}
        answer = ask(self._connection, "embeddings", body, also_at_root=True)
        tokens = used_tokens(answer) if self._served.counts_tokens else None
        if tokens is not None and self._length and tokens > self._length * len(texts):
            raise InputError(
                f"{self.model.id}: {self._connection.address} has read {tokens:,} tokens of "
                f"{len(texts)} texts, the model reads {self._length:,} of each: cut them before"
            )
        return read_vectors(answer, len(texts))


class HttpReranker(Reranker):
    """Scores through /rerank, asked for in both of its forms at once.

    Raw scores are asked for, which TEI and infinity give as logits; others give what they have.
    """

    def __init__(
        self, model: CrossEncoderLike, connection: OpenAIConnection, served: Served
    ) -> None:
        size = model.batch_size or DEFAULT_BATCH_SIZE
        super().__init__(model, batch_size=min(size, served.most or size))
        self._connection = connection
        self._served = served

    def _score(
        self, query: str, documents: list[str], batch_size: int, progress: bool
    ) -> NDArray[np.float32]:
        size = min(batch_size, self._served.most or batch_size)

        def scored(texts: list[str]) -> list[float]:
            body = {
                "model": self._served.name,
                "query": query,
                "documents": texts,
                "texts": texts,
                "raw_scores": True,
            }
            answer = ask(self._connection, "rerank", body, also_at_root=True)
            return list(read_scores(answer, len(texts)))

        found: list[float] = []
        for start, batch in batches(documents, size):
            found += explained(self._connection, partial(halved, scored, batch, start))
        return np.asarray(found, np.float32)


def load_dense(model: DenseLike, options: LoadOptions) -> HttpDenseEncoder:
    """An encoder, once one text has given a vector of the promised width. Raises LoadError."""
    dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
    connection = OpenAIConnection(model, options, own_server=True)
    served = identify(model, connection, options)
    cut = cutter(model, options.cache_dir)
    encoder = HttpDenseEncoder(model, connection, served, dim=dim, cut=cut)
    encoder.encode_documents(["width"])
    return encoder


def load_reranker(model: CrossEncoderLike, options: LoadOptions) -> HttpReranker:
    """A reranker, once it has scored one pair. Raises LoadError, BackendError."""
    connection = OpenAIConnection(model, options, own_server=True)
    reranker = HttpReranker(model, connection, identify(model, connection, options))
    reranker.scores("width", ["width"])
    return reranker


def explained(connection: OpenAIConnection, ask: Any) -> list[Any]:
    """What is asked for; failures as errors of this package."""
    failure: Exception | None = None
    try:
        found: list[Any] = ask()
        return found
    except RefusedTextError as error:
        meant = connection.explain(error.refusal)
        failure = BackendError(f"{meant} (text {error.index})")
    except OddAnswerError as error:
        failure = connection.broken_off(str(error))
    except RefusedError as error:
        failure = connection.explain(error)
    except Exception as error:
        failure = connection.explain(error)
        if failure is None:
            raise
    # Raised out here: the frames of the library hold the key.
    assert failure is not None
    raise failure


def _unit_where_promised(vectors: list[Any], model: DenseLike) -> object:
    """Some servers cut and do not normalise; a vector of zeros stays one, and is refused."""
    same = len({each.shape for each in vectors}) == 1 and vectors[0].ndim == 1
    if not same or model.normalize is not True:
        return vectors
    stacked = np.stack(vectors)
    return unit(stacked) if np.isfinite(stacked).all() else stacked
