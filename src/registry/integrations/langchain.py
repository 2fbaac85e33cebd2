"""LangChain: embeddings of a dense model.

    store = InMemoryVectorStore(DenseEmbeddings(ALL_MINILM_L6_V2))

Queries and documents get their own prompts. A pickle holds the model and the arguments, no weights
and no API key.
"""

from __future__ import annotations

from typing import Unpack

from registry.errors import MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike

try:
    from langchain_core.embeddings import Embeddings
except ModuleNotFoundError:
    raise MissingExtraError("langchain_core", "langchain") from None


class DenseEmbeddings(Embeddings):
    """LangChain's `Embeddings` of a dense model; the arguments are those of `load`.

    The weights are loaded with the first text.

    >>> from registry import ALL_MINILM_L6_V2
    >>> DenseEmbeddings(ALL_MINILM_L6_V2, backend="openvino").fingerprint
    'tr1:all-minilm-l6-v2@8b3219a92973:384:-.-:-'
    """

    def __init__(self, model: DenseLike, **arguments: Unpack[LoadArguments]) -> None:
        self._held = HeldModel(model, arguments)

    @property
    def model(self) -> DenseLike:
        """The model."""
        return self._held.model

    @property
    def fingerprint(self) -> str:
        """The text to keep with an index of these vectors."""
        return self._held.fingerprint

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of documents."""
        found: list[list[float]] = self._held.documents(texts).tolist()
        return found

    def embed_query(self, text: str) -> list[float]:
        """The vector of a query."""
        found: list[float] = self._held.queries([text])[0].tolist()
        return found
