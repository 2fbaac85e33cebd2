"""LlamaIndex: an embedding of a dense model.

    Settings.embed_model = DenseEmbedding(ALL_MINILM_L6_V2)

Queries and texts get their own prompts. `to_dict` and pickles hold the model's id and fingerprint,
no weights and no API key.
"""

from __future__ import annotations

import asyncio
from typing import Any, Unpack

from registry.encoders.base import DEFAULT_BATCH_SIZE
from registry.errors import MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike

try:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.bridge.pydantic import PrivateAttr
except ModuleNotFoundError:
    raise MissingExtraError("llama_index", "llama-index") from None

_LARGEST = 2048  # LlamaIndex allows no larger batches


class DenseEmbedding(BaseEmbedding):
    """LlamaIndex's `BaseEmbedding` of a dense model; the arguments are those of `load`.

    The weights are loaded with the first text. Other fields of BaseEmbedding are set afterwards.

    >>> from registry import ALL_MINILM_L6_V2
    >>> DenseEmbedding(ALL_MINILM_L6_V2).model_name
    'all-minilm-l6-v2'
    """

    _held: HeldModel = PrivateAttr()

    def __init__(self, model: DenseLike, **arguments: Unpack[LoadArguments]) -> None:
        held = HeldModel(model, arguments)
        size = min(model.batch_size or DEFAULT_BATCH_SIZE, _LARGEST)
        super().__init__(model_name=model.id, embed_batch_size=size)
        self._held = held

    @property
    def fingerprint(self) -> str:
        """The text to keep with an index of these vectors."""
        return self._held.fingerprint

    @classmethod
    def class_name(cls) -> str:
        """The name in what is written."""
        return "tessera_registry_dense"

    def to_dict(self, **kwargs: Any) -> dict[str, Any]:
        """The fields, and what the model is read from."""
        return {**super().to_dict(**kwargs), **self._held.written()}

    @classmethod
    def from_dict(cls, data: dict[str, Any], **kwargs: Any) -> DenseEmbedding:
        """The other way. Raises FingerprintMismatchError if the id stands for other vectors now."""
        held = HeldModel.read(data)
        made = cls(held.model, **held.arguments)
        for name in ("embed_batch_size", "num_workers"):
            setattr(made, name, kwargs.get(name, data[name]))
        return made

    def _get_query_embedding(self, query: str) -> list[float]:
        found: list[float] = self._held.queries([query])[0].tolist()
        return found

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self._held.documents(texts).tolist()
        return found

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)
