"""Dense vectors from an Ollama server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from registry.backends._http_batches import most_texts
from registry.backends._ollama_identity import check_served
from registry.backends._progress import counting
from registry.backends._served_vectors import check_first, checked_vectors
from registry.backends.interface import LoadOptions
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import DenseEncoder, Vectors, chosen_dim, unit
from registry.encoders.serving import Serving
from registry.models.lengths import own_length
from registry.ollama.connection import OllamaConnection

if TYPE_CHECKING:
    from ollama import EmbedResponse

    from registry.models.kinds import DenseLike


def load_encoder(model: DenseLike, options: LoadOptions) -> OllamaEncoder:
    """An encoder whose first vectors were checked, which also loads the model there.

    Raises LoadError, ServerUnavailableError; CheckpointError if the width differs from the entry's,
    or if the length of vectors, which the server makes 1, counts for the model.
    """
    dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
    connection = OllamaConnection(model, options)
    word = connection.check()
    check_served(model, connection, word, options)
    encoder = OllamaEncoder(model, connection, dim=dim, reads=word.length)
    by = f"{connection.tag} at {connection.address}"
    check_first(encoder.embed, model, by, dim=dim)
    encoder.serving = Serving(
        by=by,
        digest=connection.digest(),
        precision=word.precision,
        model=connection.tag,
    )
    return encoder


class OllamaEncoder(DenseEncoder):
    """Vectors through /api/embed, which makes them unit length and cuts texts that are too long.

    The window is the entry's: a text is read up to the checkpoint's length.

    The entry's prompts are added to the texts here: Ollama has none. Without a prompt in the entry,
    a query or document is sent as it is.
    """

    def __init__(
        self, model: DenseLike, connection: OllamaConnection, *, dim: int, reads: int | None = None
    ) -> None:
        super().__init__(model, dim=dim, batch_size=model.batch_size or DEFAULT_BATCH_SIZE)
        self._connection = connection
        # Both, or the server reads 2,048 tokens with a model of 8,192, and 512 with one set to 256:
        # it uses its own defaults and the network's limit, not the checkpoint's.
        length = own_length(model)
        self._window = None if length is None else {"num_ctx": length, "num_batch": length}
        # A server whose model reads less than the entry's would cut texts silently.
        short = reads is not None and length is not None and reads < length
        self._truncate = False if short else None

    def close(self) -> None:
        """Close the connections; the server decides when to unload the model."""
        self._connection.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The server's vectors for texts as they are: float32 (n, width).

        Raises BackendError, and CheckpointError if the width differs from the entry's.
        """
        server = f"{self._connection.tag} at {self._connection.address}"
        return checked_vectors(self._answer(texts).embeddings, len(texts), self.model, server)

    def tokens_read(self, text: str, role: Role) -> int | None:
        """As the server counts them."""
        count: object = self._answer([self._prompted(text, role)]).prompt_eval_count
        return count if isinstance(count, int) else None

    def _answer(self, texts: Sequence[str]) -> EmbedResponse:
        connection = self._connection
        with connection.errors():
            return connection.client.embed(
                model=connection.tag, input=texts, options=self._window, truncate=self._truncate
            )

    def _prompted(self, text: str, role: Role) -> str:
        prompt = self.model.query_prompt if role == "query" else self.model.document_prompt
        return f"{prompt or ''}{text}"

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        prompted = [self._prompted(text, role) for text in texts]
        batches: list[Vectors] = []
        size = most_texts(batch_size, self.model.embedding_dim)
        with counting(len(prompted), progress) as advance:
            for start in range(0, len(prompted), size):
                batches.append(self.embed(prompted[start : start + size]))
                advance(len(batches[-1]))
        vectors = np.concatenate(batches)
        return unit(vectors[:, : self.dim]) if self.dim < vectors.shape[1] else vectors
