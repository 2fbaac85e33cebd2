"""A plugin of `llm`: embedding with every dense model of the catalogue in use.

    llm embed -m registry/all-minilm-l6-v2 -c "Refunds take five days."
    llm similar passages -c "How long do refunds take?"

`llm` has one call for queries and documents, so texts get the prompt of documents. The entry point
is in this distribution: if `llm` is installed, no setup is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from registry.catalogue.here import catalogue_here
from registry.encoders.base import DEFAULT_BATCH_SIZE
from registry.errors import MissingExtraError
from registry.integrations._dense import HeldModel
from registry.models.kinds import DenseLike

try:
    from llm import hookimpl
    from llm.models import EmbeddingModel
except ModuleNotFoundError:
    raise MissingExtraError("llm", "llm") from None


class DenseEmbeddingModel(EmbeddingModel):
    """llm's `EmbeddingModel` of a dense model; the weights are loaded with the first text.

    >>> from registry import ALL_MINILM_L6_V2
    >>> DenseEmbeddingModel(ALL_MINILM_L6_V2).model_id
    'registry/all-minilm-l6-v2'
    """

    def __init__(self, model: DenseLike) -> None:
        self._held = HeldModel(model, {})
        self.model_id = f"registry/{model.id}"
        self.batch_size = model.batch_size or DEFAULT_BATCH_SIZE

    def embed_batch(
        self, items: Iterable[str | bytes], *, key: str | None = None
    ) -> Iterator[list[float]]:
        """Vectors of documents."""
        texts = [each for each in items if isinstance(each, str)]
        yield from self._held.documents(texts).tolist()


@hookimpl
def register_embedding_models(register: Callable[..., None]) -> None:
    """Register the models with `llm`, each under "registry/" and its id."""
    for model in catalogue_here().models:
        if model.kind == "dense":
            register(DenseEmbeddingModel(cast("DenseLike", model)))
