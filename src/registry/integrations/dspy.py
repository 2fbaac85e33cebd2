"""DSPy: an embedder of a dense model, and a retriever that keeps queries and documents apart.

    search = DenseRetriever(ALL_MINILM_L6_V2, corpus=passages, k=5)
    embed = DenseEmbedder(ALL_MINILM_L6_V2)                  # documents
    embed = DenseEmbedder(ALL_MINILM_L6_V2, role="query")    # queries

DSPy's own retriever has one embedder for both, so it gives queries the prompt of documents.
"""

# DSPy has few types of its own.
# pyright: basic

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Unpack

from registry.encoders.base import Role, checked_texts
from registry.errors import InputError, MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike

try:
    from dspy import Embedder
    from dspy.retrievers import Embeddings
except ModuleNotFoundError:
    raise MissingExtraError("dspy", "dspy") from None

if TYPE_CHECKING:
    from registry.encoders.dense import Vectors


class DenseEmbedder(Embedder):  # type: ignore[misc]  # DSPy says few types of its own
    """DSPy's `Embedder` of a dense model; the arguments are those of `load`.

    role: "document" or "query", which decides the prompt. Nothing is cached: DSPy's cache confuses
    two models, because it goes by the source of a function.
    """

    def __init__(
        self, model: DenseLike, *, role: Role = "document", **arguments: Unpack[LoadArguments]
    ) -> None:
        if role not in ("document", "query"):
            raise InputError(f"role should be document or query, not {role!r}")
        self._held = HeldModel(model, arguments)
        self.role = role
        super().__init__(self._embed, caching=False)

    def __call__(self, inputs: str | list[str], *args: Any, **kwargs: Any) -> Vectors:
        """float32 (n, dim) of texts, (dim,) of one text."""
        how: Any = {**kwargs, "caching": False}
        found: Vectors = super().__call__(inputs, *args, **how)
        return found

    async def acall(self, inputs: str | list[str], *args: Any, **kwargs: Any) -> Vectors:
        """The same in a thread, for programs with an event loop."""
        return await asyncio.to_thread(self.__call__, inputs, *args, **kwargs)

    @property
    def fingerprint(self) -> str:
        """The text to keep with an index of these vectors."""
        return self._held.fingerprint

    def _embed(self, texts: list[str]) -> Vectors:
        embed = self._held.queries if self.role == "query" else self._held.documents
        return embed(texts)


class DenseRetriever(Embeddings):  # type: ignore[misc]  # as above
    """DSPy's retriever `Embeddings`, with separate prompts for queries and documents.

    The other arguments are those of `load`. Vectors are compared as the model's entry says.
    """

    def __init__(
        self, model: DenseLike, *, corpus: list[str], k: int = 5, **arguments: Unpack[LoadArguments]
    ) -> None:
        if not checked_texts(corpus):
            raise InputError("corpus should be a list of at least one text")
        documents = DenseEmbedder(model, **arguments)
        super().__init__(corpus, documents, k=k, normalize=model.similarity != "dot")
        self.embedder = DenseEmbedder(model, role="query", **arguments)
