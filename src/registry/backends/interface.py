"""What a backend is: a way to run models, known by a name."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from registry.checkpoints.options import CheckpointOptions
from registry.errors import UnsupportedError
from registry.exports.export import EnginePrecision
from registry.ollama.options import ServerOptions
from registry.secret import shown_address

if TYPE_CHECKING:
    from registry.encoders.dense import DenseEncoder
    from registry.encoders.generator import TextGenerator
    from registry.encoders.multi_vector import MultiVectorEncoder
    from registry.encoders.reranker import Reranker
    from registry.encoders.sparse import SparseEncoder
    from registry.models.kinds import (
        ColbertLike,
        CrossEncoderLike,
        DenseLike,
        LlmLike,
        Loadable,
        SparseLike,
    )

Quantization = Literal["4bit", "8bit"]
Attention = Literal["flash", "sdpa", "eager"]


@dataclass(frozen=True, kw_only=True, repr=False)
class LoadOptions(CheckpointOptions, ServerOptions):
    """How to load a model. Every backend takes all options and refuses what it cannot support.

    In addition to the source of the files and the server, this has how the network runs.
    """

    device: str = "auto"
    dim: int | None = None
    dtype: str | None = None
    quantization: Quantization | None = None
    attention: Attention | None = None
    context_length: int | None = None
    allow_remote: bool = False
    precision: EnginePrecision | None = None
    min_overlap: float | None = None
    threads: int | None = None

    def __repr__(self) -> str:
        shown = dict(self.__dict__)
        if self.base_url is not None:
            shown["base_url"] = shown_address(self.base_url)
        return f"LoadOptions({', '.join(f'{k}={v!r}' for k, v in shown.items())})"


class ModelBackend(ABC):
    """Runs models. Methods of kinds that it does not serve stay as they are here: they refuse."""

    name: ClassVar[str]

    def dense_encoder(self, model: DenseLike, options: LoadOptions) -> DenseEncoder:
        """Load an encoder of one vector per input."""
        raise self._unsupported(model)

    def multi_vector_encoder(self, model: ColbertLike, options: LoadOptions) -> MultiVectorEncoder:
        """Load a late-interaction encoder."""
        raise self._unsupported(model)

    def sparse_encoder(self, model: SparseLike, options: LoadOptions) -> SparseEncoder:
        """Load a sparse encoder."""
        raise self._unsupported(model)

    def reranker(self, model: CrossEncoderLike, options: LoadOptions) -> Reranker:
        """Load a cross-encoder."""
        raise self._unsupported(model)

    def text_generator(self, model: LlmLike, options: LoadOptions) -> TextGenerator:
        """Load a language model."""
        raise self._unsupported(model)

    def _unsupported(self, model: Loadable) -> UnsupportedError:
        return UnsupportedError(
            f"the backend {self.name!r} does not support {model.kind} models ({model.id})"
        )
