"""A model by value: a few fields that say what to load, registered or not.

    ModelConfig.colbert_v2()                              # the best-known ones, typed
    ModelConfig.from_registry("jina-colbert-v2")          # by id, alias or Hub repository
    ModelConfig("acme/encoder", 768, 512).as_dense()      # not registered: say its kind

A config with a kind can be loaded, and a type checker knows the result: `load(ColbertConfig(...))`
is a MultiVectorEncoder. A plain ModelConfig has none: which network its repository holds cannot be
inferred from an id and two numbers, and a wrong guess gives vectors that look right.

    ModelConfig
    ├── DenseConfig, ColbertConfig, SparseConfig     need embedding_dim
    ├── CrossEncoderConfig
    └── LlmConfig                                    needs context_length
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, overload

import registry._generated as public
from registry._generated import ModelType
from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError
from registry.models.kinds import Registered
from registry.models.model_map import ModelMap
from registry.selection.config_fields import ConfigFields
from registry.selection.models_here import model_map

Config = TypeVar("Config", bound="ModelConfig")


@dataclass(frozen=True)
class ModelConfig(ConfigFields):
    """What has to be known about a model to load it; ConfigFields has the fields.

    >>> ModelConfig("BAAI/bge-m3", 1024, 8192).id
    'BAAI/bge-m3'
    """

    if not TYPE_CHECKING:  # or type checkers would believe that every ModelConfig has a kind

        def __getattr__(self, name: str) -> object:
            if name == "kind":
                raise AttributeError(
                    f"{self.id}: a ModelConfig has no kind; say which with as_dense(), "
                    "as_colbert(), as_sparse(), as_cross_encoder() or as_llm()"
                )
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")

    @staticmethod
    def unregistered(huggingface_id: str) -> ModelConfig:
        """A model of which only the repository is known, as `resolve(unknown=...)` can make.

        >>> ModelConfig.unregistered("acme/encoder").embedding_dim is None
        True
        """
        return ModelConfig(huggingface_id, None, None)

    def as_dense(self) -> DenseConfig:
        """The same model as one that gives one vector per input. Raises InputError."""
        return self._as(DenseConfig)

    def as_colbert(self) -> ColbertConfig:
        """The same model as one that gives a vector per token. Raises InputError."""
        return self._as(ColbertConfig)

    def as_sparse(self) -> SparseConfig:
        """The same model as one that gives a weight per word. Raises InputError."""
        return self._as(SparseConfig)

    def as_cross_encoder(self) -> CrossEncoderConfig:
        """The same model as one that scores pairs. Raises InputError."""
        return self._as(CrossEncoderConfig)

    def as_llm(self) -> LlmConfig:
        """The same model as one that generates text. Raises InputError."""
        return self._as(LlmConfig)

    def _as(self, wanted: type[Config]) -> Config:
        if isinstance(self, wanted):
            return self
        if self.registered_id is not None or type(self) is not ModelConfig:
            mine = getattr(self, "kind", None) or "of a type that is not loaded"
            raise InputError(f"{self.id} is {mine}; it cannot be a {wanted.__name__}")
        return wanted(**self._values())

    def _values(self) -> dict[str, Any]:  # fields of all types
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @overload
    @staticmethod
    def from_registry(
        key: str, *, model_type: Literal[ModelType.Dense], catalogue: CatalogueLike | None = None
    ) -> DenseConfig: ...
    @overload
    @staticmethod
    def from_registry(
        key: str, *, model_type: Literal[ModelType.Colbert], catalogue: CatalogueLike | None = None
    ) -> ColbertConfig: ...
    @overload
    @staticmethod
    def from_registry(
        key: str, *, model_type: Literal[ModelType.Sparse], catalogue: CatalogueLike | None = None
    ) -> SparseConfig: ...
    @overload
    @staticmethod
    def from_registry(
        key: str,
        *,
        model_type: Literal[ModelType.CrossEncoder],
        catalogue: CatalogueLike | None = None,
    ) -> CrossEncoderConfig: ...
    @overload
    @staticmethod
    def from_registry(
        key: str, *, model_type: Literal[ModelType.Llm], catalogue: CatalogueLike | None = None
    ) -> LlmConfig: ...
    @overload
    @staticmethod
    def from_registry(
        key: str, *, model_type: str | None = None, catalogue: CatalogueLike | None = None
    ) -> ModelConfig: ...
    @staticmethod
    def from_registry(
        key: str, *, model_type: str | None = None, catalogue: CatalogueLike | None = None
    ) -> ModelConfig:
        """The model with this name, as a config of its own kind; `resolve` says what is a name.

        From the catalogue used here unless one is given.

        Raises UnknownModelError, and AmbiguousModelError if several models share the key;
        `model_type` decides.

        >>> ModelConfig.from_registry("colbert") == ModelConfig.colbert_v2()
        True
        """
        here = catalogue_here(catalogue)
        models: ModelMap[Registered] = model_map(here, str(model_type or ""))
        model = models.require(key)
        if model.huggingface_id is None:
            raise InputError(f"{model.id} is served by an API; load takes the model itself")
        return _CLASSES.get(model.kind, ModelConfig)._of(model)

    @classmethod
    def _of(cls: type[Config], model: Registered) -> Config:
        values: dict[str, Any] = dict.fromkeys(("embedding_dim", "context_length"))
        for field in fields(cls):
            if hasattr(model, field.name):
                values[field.name] = getattr(model, field.name)
        values["registered_id"] = model.id
        return cls(**values)

    @staticmethod
    def all_minilm_l6_v2() -> DenseConfig:
        """all-MiniLM-L6-v2: the small default for English."""
        return DenseConfig._of(public.ALL_MINILM_L6_V2)

    @staticmethod
    def bge_base_en_v1_5() -> DenseConfig:
        """BGE base, English."""
        return DenseConfig._of(public.BGE_BASE_EN_V1_5)

    @staticmethod
    def colbert_v2() -> ColbertConfig:
        """ColBERT v2, the reference for late interaction."""
        return ColbertConfig._of(public.COLBERT_V2)

    @staticmethod
    def colbert_small() -> ColbertConfig:
        """answerai-colbert-small: 33 million parameters, 96 dimensions."""
        return ColbertConfig._of(public.COLBERT_SMALL)

    @staticmethod
    def jina_colbert_v2() -> ColbertConfig:
        """Jina ColBERT v2: many languages, 8,192 tokens, Matryoshka."""
        return ColbertConfig._of(public.JINA_COLBERT_V2)

    @staticmethod
    def gte_modern_colbert() -> ColbertConfig:
        """GTE-ModernColBERT."""
        return ColbertConfig._of(public.GTE_MODERN_COLBERT)

    @staticmethod
    def splade_v3() -> SparseConfig:
        """SPLADE v3."""
        return SparseConfig._of(public.SPLADE_V3)

    @staticmethod
    def ms_marco_minilm_l6_v2() -> CrossEncoderConfig:
        """ms-marco-MiniLM-L6-v2: the usual first reranker for English."""
        return CrossEncoderConfig._of(public.MS_MARCO_MINILM_L6_V2)

    @staticmethod
    def qwen3_1_7b() -> LlmConfig:
        """Qwen3 1.7B."""
        return LlmConfig._of(public.QWEN3_1_7B)


@dataclass(frozen=True)
class _VectorConfig(ModelConfig):
    _needs: ClassVar[tuple[str, ...]] = ("embedding_dim",)
    embedding_dim: int


@dataclass(frozen=True)
class DenseConfig(_VectorConfig):
    """A model that gives one vector per input."""

    kind: ClassVar[Literal["dense"]] = "dense"


@dataclass(frozen=True)
class ColbertConfig(_VectorConfig):
    """A model that gives one vector per token."""

    kind: ClassVar[Literal["colbert"]] = "colbert"


@dataclass(frozen=True)
class SparseConfig(_VectorConfig):
    """A model that gives one weight per word of the vocabulary; `embedding_dim` words."""

    kind: ClassVar[Literal["sparse"]] = "sparse"


@dataclass(frozen=True)
class CrossEncoderConfig(ModelConfig):
    """A model that scores a query and a document together."""

    kind: ClassVar[Literal["cross-encoder"]] = "cross-encoder"


@dataclass(frozen=True)
class LlmConfig(ModelConfig):
    """A model that generates text."""

    kind: ClassVar[Literal["llm"]] = "llm"
    _needs: ClassVar[tuple[str, ...]] = ("context_length",)
    context_length: int


_CLASSES: dict[str, type[ModelConfig]] = {
    each.kind: each
    for each in (DenseConfig, ColbertConfig, SparseConfig, CrossEncoderConfig, LlmConfig)
}
