"""Chroma: an embedding function of a dense model.

    embed = DenseEmbeddingFunction(ALL_MINILM_L6_V2)
    passages = client.create_collection("passages", embedding_function=embed)

Queries and documents get their own prompts. The collection keeps the model's id and fingerprint;
if this module is imported, Chroma finds the function again, and a collection whose id now stands
for other vectors is refused.
"""

from __future__ import annotations

from typing import Any, Unpack

from registry.errors import FingerprintMismatchError, MissingExtraError
from registry.integrations._dense import HeldModel
from registry.loading.load import LoadArguments
from registry.models.kinds import DenseLike

try:
    from chromadb.api.types import Documents, EmbeddingFunction, Embeddings, Space
    from chromadb.utils import embedding_functions
except ModuleNotFoundError:
    raise MissingExtraError("chromadb", "chroma") from None

_SPACES: dict[str | None, Space] = {"cosine": "cosine", "dot": "ip", "euclidean": "l2"}


class DenseEmbeddingFunction(EmbeddingFunction[Documents]):
    """Chroma's `EmbeddingFunction` of a dense model; the arguments are those of `load`.

    The weights are loaded with the first text.

    >>> from registry import ALL_MINILM_L6_V2
    >>> DenseEmbeddingFunction(ALL_MINILM_L6_V2).get_config()["model"]
    'all-minilm-l6-v2'
    """

    def __init__(self, model: DenseLike, **arguments: Unpack[LoadArguments]) -> None:
        self._held = HeldModel(model, arguments)

    @property
    def fingerprint(self) -> str:
        """Of the vectors that come out."""
        return self._held.fingerprint

    def __call__(self, input: Documents) -> Embeddings:  # noqa: A002 - as Chroma has it
        """Vectors of documents."""
        return list(self._held.documents(input))

    def embed_query(self, input: Documents) -> Embeddings:  # noqa: A002 - as Chroma has it
        """Vectors of queries."""
        return list(self._held.queries(input))

    @staticmethod
    def name() -> str:
        """The name in a collection's configuration."""
        return "tessera-registry"

    def default_space(self) -> Space:
        """How the model's vectors are compared."""
        return _SPACES.get(self._held.model.similarity, "cosine")

    def get_config(self) -> dict[str, Any]:
        """Id, fingerprint and arguments, no weights and no API key."""
        return self._held.written()

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> DenseEmbeddingFunction:
        """The other way. Raises FingerprintMismatchError if the id stands for other vectors now."""
        held = HeldModel.read(config)
        return DenseEmbeddingFunction(held.model, **held.arguments)

    def validate_config_update(
        self, old_config: dict[str, Any], new_config: dict[str, Any]
    ) -> None:
        """Other ways to load are fine, other vectors are not. Raises FingerprintMismatchError."""
        old, new = old_config.get("fingerprint"), new_config.get("fingerprint")
        if old != new:
            raise FingerprintMismatchError((f"fingerprint: stored {old}, now {new}",))


# Its parameter has no type.
# pyright: reportUnknownMemberType=false
embedding_functions.register_embedding_function(DenseEmbeddingFunction)  # type: ignore[no-untyped-call]
