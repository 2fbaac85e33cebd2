"""pydantic-ai: an embedding model of a dense model.

    embedder = Embedder(DenseEmbeddingModel(ALL_MINILM_L6_V2))

`embed_query` and `embed_documents` get their own prompts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Unpack

from registry.errors import InputError, MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike

try:
    from pydantic_ai.embeddings import EmbeddingModel, EmbeddingResult, EmbeddingSettings
    from pydantic_ai.embeddings.result import EmbedInputType
except ModuleNotFoundError:
    raise MissingExtraError("pydantic_ai", "pydantic-ai") from None


class DenseEmbeddingModel(EmbeddingModel):
    """pydantic-ai's `EmbeddingModel` of a dense model; the arguments are those of `load`.

    The weights are loaded with the first text. The width is chosen here, with `dim=`: the setting
    `dimensions` of a call may repeat it and is refused otherwise.

    >>> from registry import ALL_MINILM_L6_V2
    >>> DenseEmbeddingModel(ALL_MINILM_L6_V2).model_name
    'all-minilm-l6-v2'
    """

    def __init__(self, model: DenseLike, **arguments: Unpack[LoadArguments]) -> None:
        super().__init__()
        self._held = HeldModel(model, arguments)

    @property
    def model_name(self) -> str:
        """The id."""
        return self._held.model.id

    @property
    def system(self) -> str:
        """Who provides the model, to what records calls."""
        return "tessera-registry"

    @property
    def fingerprint(self) -> str:
        """The text to keep with an index of these vectors."""
        return self._held.fingerprint

    async def embed(
        self,
        inputs: str | Sequence[str],
        *,
        input_type: EmbedInputType,
        settings: EmbeddingSettings | None = None,
    ) -> EmbeddingResult:
        """Vectors of queries or of documents, made in a thread."""
        texts, merged = self.prepare_embed(inputs, settings)
        wanted = merged.get("dimensions")
        if wanted not in (None, self._held.dim):
            raise InputError(
                f"{self.model_name} gives {self._held.dim} numbers here, not {wanted}; choose the "
                "width with DenseEmbeddingModel(..., dim=)"
            )
        embed = self._held.queries if input_type == "query" else self._held.documents
        vectors = await asyncio.to_thread(embed, texts)
        return EmbeddingResult(
            vectors.tolist(),
            inputs=texts,
            input_type=input_type,
            model_name=self.model_name,
            provider_name=self.system,
            provider_details={"fingerprint": self.fingerprint},
        )

    async def max_input_tokens(self) -> int | None:
        """How many tokens of a text count, if the entry says so."""
        tokens: int | None = getattr(self._held.model, "max_sequence_length", None)
        return tokens
