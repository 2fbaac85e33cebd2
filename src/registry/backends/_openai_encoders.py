"""Dense vectors from servers that speak OpenAI's embeddings.

Such a server answers any name with the model that it has: the facts it reports, the width of its
vectors and its list of names are checked against the entry.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from registry.backends._cutting import Cut, cutter
from registry.backends._http_batches import RefusedTextError, batches, halved, most_texts
from registry.backends._http_vectors import (
    OddAnswerError,
    read_vectors,
)
from registry.backends._openai_connection import OpenAIConnection
from registry.backends._openai_identity import Served, identify
from registry.backends._openai_pages import ask
from registry.backends._openai_usage import used_tokens
from registry.backends._progress import counting
from registry.backends._refusal import RefusedError
from registry.backends._served_vectors import as_rows, check_first, checked_vectors
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import DenseEncoder, Vectors, chosen_dim, unit
from registry.encoders.serving import Serving
from registry.errors import BackendError, InputError
from registry.models.lengths import own_length

if TYPE_CHECKING:
    from registry.backends.interface import LoadOptions
    from registry.models.kinds import DenseLike


class HttpDenseEncoder(DenseEncoder):
    """Vectors through /embeddings; order, width, cut and unit length are ensured here.

    The entry's prompts are added to the texts. Texts are cut to the entry's length by the
    checkpoint's tokenizer if it is in the cache; else they are refused if the server reports that
    it has read more.
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
        # Whether a text may be read further than the checkpoint does.
        self._further = cut is None and served.counts_tokens

    def close(self) -> None:
        """Send no more requests; each has its own connection."""
        self._connection.closed = True

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        prompted = [self._prompted(text, role) for text in texts]
        size = min(
            most_texts(batch_size, self.model.embedding_dim), self._served.most or batch_size
        )
        found: list[Any] = []
        # A text that may be too long is sent alone: usage adds up the tokens of all texts.
        alone = self._length - _AROUND if self._length and self._further else None
        with counting(len(prompted), progress) as advance:
            for start, batch in batches(prompted, size, alone=alone):
                found += explained(self._connection, partial(halved, self._ask, batch, start))
                advance(len(batch))
        vectors = checked_vectors(
            _unit_where_promised(found, self.model),
            len(texts),
            self.model,
            self._connection.address,
        )
        return unit(vectors[:, : self.dim]) if self.dim < vectors.shape[1] else vectors

    def tokens_read(self, text: str, role: Role) -> int | None:
        """As the usage of a separate request says."""
        if not self._served.counts_tokens:
            return None
        texts = [self._prompted(text, role)]
        (answer,) = explained(self._connection, lambda: [self._answer(texts)])
        return used_tokens(answer)

    def _prompted(self, text: str, role: Role) -> str:
        prompt = self.model.query_prompt if role == "query" else self.model.document_prompt
        whole = f"{prompt or ''}{text}"
        return whole if self._cut is None else self._cut(whole)

    def _answer(self, texts: list[str]) -> Any:  # JSON
        body: dict[str, Any] = {"model": self._served.name, "input": texts}
        # Vectors as the model gives them, not of length 1.
        raw = self._served.dialect if self.model.normalize is False else None
        if raw == "llama.cpp":
            body["embd_normalize"] = -1
        elif raw == "tei":  # on a page of its own, which counts no tokens
            body = {"inputs": texts, "normalize": False}
            return as_rows(ask(self._connection, "embed", body, also_at_root=True))
        return ask(self._connection, "embeddings", body, also_at_root=True)

    def _ask(self, texts: list[str]) -> list[NDArray[np.float32]]:
        answer = self._answer(texts)
        tokens = used_tokens(answer) if self._served.counts_tokens else None
        if tokens is not None and self._length:
            self._check_length(texts, tokens, self._length)
        return read_vectors(answer, len(texts))

    def _check_length(self, texts: list[str], tokens: int, length: int) -> None:
        if tokens > length * len(texts):
            of = f"the text {texts[0][:30]!r}..." if len(texts) == 1 else f"{len(texts)} texts"
            fetch = f"let `registry pull {self.model.id}` fetch the tokenizer that cuts them here"
            raise InputError(
                f"{self.model.id}: {self._connection.address} has read {tokens:,} tokens of {of}, "
                f"the model reads {length:,} of each; cut them first"
                f"{f', or {fetch}' if self._cut is None else ''}"
            )
        # A word is at least one token.
        if len(texts) == 1 and len(texts[0].split()) > length:
            self._further = False


# Tokens around a text, in addition to those of its bytes.
_AROUND = 3


def load_dense(model: DenseLike, options: LoadOptions) -> HttpDenseEncoder:
    """An encoder, once its first vectors have the entry's width and scale. Raises LoadError."""
    dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
    connection = OpenAIConnection(model, options, own_server=True)
    served = identify(model, connection, options)
    cut = cutter(model, options.cache_dir)
    encoder = HttpDenseEncoder(model, connection, served, dim=dim, cut=cut)
    check_first(encoder.encode_documents, model, connection.address, dim=dim)
    encoder.serving = serving_of(connection, served)
    return encoder


def serving_of(connection: OpenAIConnection, served: Served) -> Serving:
    """Who answers, by its own words."""
    by = f"{served.name} at {connection.address}"
    return Serving(by=by, precision=served.precision, model=served.name)


def explained(connection: OpenAIConnection, ask: Any) -> list[Any]:
    """What `ask` returns; failures as errors of this package."""
    failure: Exception | None = None
    try:
        found: list[Any] = ask()
        return found
    except RefusedTextError as error:
        meant = connection.explain(error.refusal)
        failure = BackendError(f"{meant} (text {error.index})", status=error.refusal.status)
    except OddAnswerError as error:
        failure = connection.odd(str(error), error.words)
    except RefusedError as error:
        failure = connection.explain(error)
    except Exception as error:
        failure = connection.explain(error)
        if failure is None:
            raise
    # Raised outside the handler: the frames of the library hold the key.
    assert failure is not None
    raise failure


def _unit_where_promised(vectors: list[Any], model: DenseLike) -> object:
    """Some servers cut without normalizing; a vector of zeros stays one, and is refused."""
    same = len({each.shape for each in vectors}) == 1 and vectors[0].ndim == 1
    if not same or model.normalize is not True:
        return vectors
    stacked = np.stack(vectors)
    return unit(stacked) if np.isfinite(stacked).all() else stacked
