"""What the code needs to know about a model, by structure.

All generated classes fit, ours and those of your own registry: no common base class, only
these read-only attributes and the literal `kind`.

    Identified                 an id and a repository
    ├── Registered             what every entry of a catalogue says
    ├── VectorLike             gives vectors: has a fingerprint
    └── ModelLike              can be loaded
        ├── EncoderLike        its inputs may carry prompts
        │   ├── DenseLike, ColbertLike, SparseLike, CrossEncoderLike
        └── LlmLike
    Weighed                    an id and how many weights: memory is estimated from that
    Tagged                     an id and what Ollama calls it
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Protocol, TypeAlias


class Identified(Protocol):
    """Any model: an id, and the Hub repository unless an API serves it."""

    @property
    def id(self) -> str: ...
    @property
    def huggingface_id(self) -> str | None: ...


class Registered(Identified, Protocol):
    """A model of a generated registry, with what every entry says."""

    # Its type. Each class has another literal, and a protocol's ClassVar does not accept subtypes.
    kind: ClassVar[Any]

    @property
    def name(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def revision(self) -> str | None: ...
    @property
    def organization(self) -> str: ...
    @property
    def license(self) -> str | None: ...
    @property
    def parameter_count(self) -> int | None: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


class Weighed(Protocol):
    """A model whose number of weights may be known; other facts are read by name."""

    @property
    def id(self) -> str: ...
    @property
    def parameter_count(self) -> int | None: ...


class Tagged(Protocol):
    """A model that Ollama may have."""

    @property
    def id(self) -> str: ...
    @property
    def ollama_tag(self) -> str | None: ...


class VectorLike(Identified, Protocol):
    """A model that gives vectors: dense, late interaction, sparse, vision-language."""

    @property
    def revision(self) -> str | None: ...
    @property
    def embedding_dim(self) -> int: ...
    @property
    def query_prompt(self) -> str | None: ...
    @property
    def document_prompt(self) -> str | None: ...


class ModelLike(Identified, Protocol):
    """A model that may be loaded."""

    @property
    def revision(self) -> str | None: ...
    @property
    def trust_remote_code(self) -> bool | None: ...
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
    """A model that gives one vector per input."""

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
    """A model that gives one vector per token."""

    kind: ClassVar[Literal["colbert"]]

    @property
    def embedding_dim(self) -> int: ...
    @property
    def matryoshka_dims(self) -> tuple[int, ...]: ...
    @property
    def has_projection(self) -> bool: ...


class SparseLike(EncoderLike, Protocol):
    """A model that gives one weight per word of the vocabulary."""

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
