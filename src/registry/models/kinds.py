"""What loading needs to know of a model, by structure.

Anybody's generated classes fit, ours and those of your own registry: no common base class, only
these read-only attributes and the literal `kind`.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol, TypeAlias


class ModelLike(Protocol):
    """Any model of any generated registry."""

    @property
    def id(self) -> str: ...
    @property
    def huggingface_id(self) -> str | None: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def trust_remote_code(self) -> bool: ...
    @property
    def safetensors_files(self) -> tuple[str, ...]: ...
    @property
    def batch_size(self) -> int | None: ...


class EncoderLike(ModelLike, Protocol):
    """A model whose inputs may carry prompts."""

    @property
    def query_prompt(self) -> str | None: ...
    @property
    def document_prompt(self) -> str | None: ...


class DenseLike(EncoderLike, Protocol):
    """A model that gives one vector an input."""

    kind: ClassVar[Literal["dense"]]

    @property
    def embedding_dim(self) -> int: ...
    @property
    def matryoshka_dims(self) -> tuple[int, ...]: ...
    @property
    def normalize(self) -> bool | None: ...
    @property
    def similarity(self) -> str | None: ...
    @property
    def ollama_tag(self) -> str | None: ...


class ColbertLike(EncoderLike, Protocol):
    """A model that gives one vector a token."""

    kind: ClassVar[Literal["colbert"]]

    @property
    def embedding_dim(self) -> int: ...
    @property
    def matryoshka_dims(self) -> tuple[int, ...]: ...
    @property
    def has_projection(self) -> bool: ...


class SparseLike(EncoderLike, Protocol):
    """A model that gives one weight a word of the vocabulary."""

    kind: ClassVar[Literal["sparse"]]

    @property
    def embedding_dim(self) -> int: ...


class CrossEncoderLike(EncoderLike, Protocol):
    """A model that scores a query and a document together."""

    kind: ClassVar[Literal["cross-encoder"]]


class LlmLike(ModelLike, Protocol):
    """A model that generates text."""

    kind: ClassVar[Literal["llm"]]

    @property
    def context_length(self) -> int | None: ...
    @property
    def ollama_tag(self) -> str | None: ...


Loadable: TypeAlias = ColbertLike | DenseLike | SparseLike | CrossEncoderLike | LlmLike
"""A model of a kind that `load` knows."""
