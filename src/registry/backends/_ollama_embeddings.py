"""Dense vectors from an Ollama server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from registry.backends._ollama_identity import check_served
from registry.backends._served_vectors import checked_vectors
from registry.backends.interface import LoadOptions
from registry.encoders.base import DEFAULT_BATCH_SIZE, Role
from registry.encoders.dense import DenseEncoder, Vectors, chosen_dim, unit
from registry.models.lengths import own_length
from registry.ollama.connection import OllamaConnection

if TYPE_CHECKING:
    from registry.models.kinds import DenseLike


def load_encoder(model: DenseLike, options: LoadOptions) -> OllamaEncoder:
    """An encoder whose width was checked on one text, which also loads the model there.

    Raises LoadError, ServerUnavailableError; CheckpointError if the width is not the promised.
    """
    dim = chosen_dim(model.id, options.dim, model.embedding_dim, model.matryoshka_dims)
    connection = OllamaConnection(model, options)
    word = connection.check()
    check_served(model, connection, word, options)
    encoder = OllamaEncoder(model, connection, dim=dim, reads=word.length)
    encoder.embed(["width"])
    return encoder


class OllamaEncoder(DenseEncoder):
    """Vectors through /api/embed, which makes them unit length and cuts texts that are too long.

    The window is the entry's: a text is read as far as the checkpoint reads it.

    The entry's prompts are put before the texts here: Ollama knows none. A query or document
    whose entry has no prompt is sent as it is.
    """

    def __init__(
        self, model: DenseLike, connection: OllamaConnection, *, dim: int, reads: int | None = None
    ) -> None:
        super().__init__(model, dim=dim, batch_size=model.batch_size or DEFAULT_BATCH_SIZE)
        self._connection = connection
        # Both, or the server reads 2,048 tokens of a model of 8,192, and 512 of one that is set to
        # 256: by its own defaults and the network's limit, not the checkpoint's.
        length = own_length(model)
        self._window = None if length is None else {"num_ctx": length, "num_batch": length}
        # A server whose model reads less than the entry's would cut texts without a word.
        short = reads is not None and length is not None and reads < length
        self._truncate = False if short else None

    def close(self) -> None:
        """Close the connections; the server unloads the model when it sees fit."""
        self._connection.close()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """What the server gives for texts as they are: float32 (n, width).

        Raises BackendError, and CheckpointError if it is not of the promised width.
        """
        connection = self._connection
        with connection.errors():
            answer = connection.client.embed(
                model=connection.tag, input=texts, options=self._window, truncate=self._truncate
            )
        server = f"{connection.tag} at {connection.address}"
        return checked_vectors(answer.embeddings, len(texts), self.model, server)

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> Vectors:
        prompt = self.model.query_prompt if role == "query" else self.model.document_prompt
        prompted = [f"{prompt}{text}" for text in texts] if prompt else texts
        batches = [
            self.embed(prompted[start : start + batch_size])
            for start in _progress(range(0, len(prompted), batch_size), progress)
        ]
        vectors = np.concatenate(batches)
        return unit(vectors[:, : self.dim]) if self.dim < vectors.shape[1] else vectors


def _progress(starts: range, shown: bool) -> Iterator[int]:
    """The starts of the batches, with a bar where tqdm is there to draw one."""
    if not shown:
        return iter(starts)
    try:
        library: Any = import_module("tqdm")  # it has no types
    except ModuleNotFoundError:
        return iter(starts)
    bar: Iterator[int] = iter(library.tqdm(starts, desc="Batches"))
    return bar
