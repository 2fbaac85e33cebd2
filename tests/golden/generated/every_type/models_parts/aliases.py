"""Names for annotations: the models of several types."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import typing as typing
    from collections.abc import Mapping
    from typing import Any, ClassVar, Protocol

    from . import words

from .type_colbert import (
    ColbertModel as ColbertModel,
)
from .type_dense import (
    DenseModel as DenseModel,
)
from .type_sparse import (
    SparseModel as SparseModel,
)
from .type_cross_encoder import (
    CrossEncoderModel as CrossEncoderModel,
)
from .type_vision_language import (
    VisionLanguageModel as VisionLanguageModel,
)
from .type_llm import (
    LlmModel as LlmModel,
)
from .type_timeseries import (
    TimeseriesModel as TimeseriesModel,
)
from .type_speech import (
    SpeechModel as SpeechModel,
)
from .words import Filters as Filters
from .words import Modality as Modality
from .words import ModelType as ModelType
from .words import Status as Status

AnyModel: TypeAlias = (
    ColbertModel
    | DenseModel
    | SparseModel
    | CrossEncoderModel
    | VisionLanguageModel
    | LlmModel
    | TimeseriesModel
    | SpeechModel
)
"""A model of whatever type."""

if TYPE_CHECKING:
    # By structure: the classes of any other generated registry fit as well.
    class EmbeddingModel(Protocol):
        """A model that gives vectors: it has an embedding_dim."""

        kind: ClassVar[Any]

        @property
        def chunk_length(self) -> int | None: ...

        @property
        def id(self) -> str: ...

        @property
        def name(self) -> str: ...

        @property
        def description(self) -> str: ...

        @property
        def huggingface_id(self) -> str: ...

        @property
        def revision(self) -> str | None: ...

        @property
        def provider(self) -> str | None: ...

        @property
        def provider_model(self) -> str | None: ...

        @property
        def base_url(self) -> str | None: ...

        @property
        def organization(self) -> str: ...

        @property
        def release_date(self) -> str | None: ...

        @property
        def license(self) -> str | None: ...

        @property
        def status(self) -> words.Status: ...

        @property
        def superseded_by(self) -> str | None: ...

        @property
        def aliases(self) -> tuple[str, ...]: ...

        @property
        def former_ids(self) -> tuple[str, ...]: ...

        @property
        def exports(self) -> tuple[Any, ...]: ...

        @property
        def architecture_type(self) -> str | None: ...

        @property
        def architecture_variant(self) -> str | None: ...

        @property
        def base_model(self) -> str | None: ...

        @property
        def parameters(self) -> str: ...

        @property
        def parameter_count(self) -> int: ...

        @property
        def active_parameters(self) -> str | None: ...

        @property
        def active_parameter_count(self) -> int | None: ...

        @property
        def embedding_dim(self) -> int: ...

        @property
        def hidden_dim(self) -> int | None: ...

        @property
        def context_length(self) -> int | None: ...

        @property
        def max_sequence_length(self) -> int | None: ...

        @property
        def max_position_embeddings(self) -> int | None: ...

        @property
        def vocab_size(self) -> int | None: ...

        @property
        def num_layers(self) -> int | None: ...

        @property
        def num_attention_heads(self) -> int | None: ...

        @property
        def memory_mb(self) -> float | None: ...

        @property
        def normalize(self) -> bool | None: ...

        @property
        def similarity(self) -> words.Similarity | None: ...

        @property
        def prompts_in_checkpoint(self) -> bool | None: ...

        @property
        def query_prompt(self) -> str | None: ...

        @property
        def document_prompt(self) -> str | None: ...

        @property
        def classification_prompt(self) -> str | None: ...

        @property
        def clustering_prompt(self) -> str | None: ...

        @property
        def similarity_prompt(self) -> str | None: ...

        @property
        def config_file(self) -> str | None: ...

        @property
        def tokenizer_file(self) -> str | None: ...

        @property
        def safetensors_files(self) -> tuple[str, ...]: ...

        @property
        def pytorch_files(self) -> tuple[str, ...]: ...

        @property
        def onnx_files(self) -> tuple[str, ...]: ...

        @property
        def openvino_files(self) -> tuple[str, ...]: ...

        @property
        def gguf_files(self) -> tuple[str, ...]: ...

        @property
        def variants(self) -> tuple[Any, ...]: ...

        @property
        def languages(self) -> tuple[str, ...]: ...

        @property
        def programming_languages(self) -> tuple[str, ...]: ...

        @property
        def modalities(self) -> tuple[words.Modality, ...]: ...

        @property
        def quantization(self) -> tuple[words.NumberFormat, ...]: ...

        @property
        def domain(self) -> str | None: ...

        @property
        def beir_avg(self) -> float | None: ...

        @property
        def beir_avg_datasets(self) -> int | None: ...

        @property
        def beir13_avg(self) -> float | None: ...

        @property
        def beir15_avg(self) -> float | None: ...

        @property
        def mteb_avg(self) -> float | None: ...

        @property
        def mteb_eng_v1_avg(self) -> float | None: ...

        @property
        def ms_marco_mrr10(self) -> float | None: ...

        @property
        def trec_dl19_ndcg10(self) -> float | None: ...

        @property
        def tokenizer_model(self) -> str | None: ...

        @property
        def requires_projection(self) -> bool: ...

        @property
        def packages(self) -> tuple[str, ...]: ...

        @property
        def trust_remote_code(self) -> bool | None: ...

        @property
        def gated(self) -> bool | None: ...

        @property
        def batch_size(self) -> int | None: ...

        @property
        def memory_per_batch_mb(self) -> int | None: ...

        @property
        def gpu_recommended(self) -> bool | None: ...

        @property
        def sources(self) -> tuple[str, ...]: ...

        @property
        def overruled(self) -> Mapping[str, object]: ...

        @property
        def metadata(self) -> Mapping[str, object]: ...

    class MatryoshkaModel(Protocol):
        """A model of a type whose vectors may be truncated."""

        kind: ClassVar[Any]

        @property
        def chunk_length(self) -> int | None: ...

        @property
        def id(self) -> str: ...

        @property
        def name(self) -> str: ...

        @property
        def description(self) -> str: ...

        @property
        def huggingface_id(self) -> str: ...

        @property
        def revision(self) -> str | None: ...

        @property
        def provider(self) -> str | None: ...

        @property
        def provider_model(self) -> str | None: ...

        @property
        def base_url(self) -> str | None: ...

        @property
        def organization(self) -> str: ...

        @property
        def release_date(self) -> str | None: ...

        @property
        def license(self) -> str | None: ...

        @property
        def status(self) -> words.Status: ...

        @property
        def superseded_by(self) -> str | None: ...

        @property
        def aliases(self) -> tuple[str, ...]: ...

        @property
        def former_ids(self) -> tuple[str, ...]: ...

        @property
        def exports(self) -> tuple[Any, ...]: ...

        @property
        def architecture_type(self) -> str | None: ...

        @property
        def architecture_variant(self) -> str | None: ...

        @property
        def base_model(self) -> str | None: ...

        @property
        def has_projection(self) -> bool: ...

        @property
        def projection_dims(self) -> int | None: ...

        @property
        def matryoshka_dims(self) -> tuple[int, ...]: ...

        @property
        def parameters(self) -> str: ...

        @property
        def parameter_count(self) -> int: ...

        @property
        def active_parameters(self) -> str | None: ...

        @property
        def active_parameter_count(self) -> int | None: ...

        @property
        def embedding_dim(self) -> int: ...

        @property
        def hidden_dim(self) -> int | None: ...

        @property
        def context_length(self) -> int | None: ...

        @property
        def max_sequence_length(self) -> int | None: ...

        @property
        def max_position_embeddings(self) -> int | None: ...

        @property
        def vocab_size(self) -> int | None: ...

        @property
        def num_layers(self) -> int | None: ...

        @property
        def num_attention_heads(self) -> int | None: ...

        @property
        def memory_mb(self) -> float | None: ...

        @property
        def normalize(self) -> bool | None: ...

        @property
        def similarity(self) -> words.Similarity | None: ...

        @property
        def prompts_in_checkpoint(self) -> bool | None: ...

        @property
        def query_prompt(self) -> str | None: ...

        @property
        def document_prompt(self) -> str | None: ...

        @property
        def classification_prompt(self) -> str | None: ...

        @property
        def clustering_prompt(self) -> str | None: ...

        @property
        def similarity_prompt(self) -> str | None: ...

        @property
        def config_file(self) -> str | None: ...

        @property
        def tokenizer_file(self) -> str | None: ...

        @property
        def safetensors_files(self) -> tuple[str, ...]: ...

        @property
        def pytorch_files(self) -> tuple[str, ...]: ...

        @property
        def onnx_files(self) -> tuple[str, ...]: ...

        @property
        def openvino_files(self) -> tuple[str, ...]: ...

        @property
        def gguf_files(self) -> tuple[str, ...]: ...

        @property
        def variants(self) -> tuple[Any, ...]: ...

        @property
        def languages(self) -> tuple[str, ...]: ...

        @property
        def programming_languages(self) -> tuple[str, ...]: ...

        @property
        def modalities(self) -> tuple[words.Modality, ...]: ...

        @property
        def multi_vector(self) -> bool: ...

        @property
        def matryoshka(self) -> bool: ...

        @property
        def quantization(self) -> tuple[words.NumberFormat, ...]: ...

        @property
        def domain(self) -> str | None: ...

        @property
        def beir_avg(self) -> float | None: ...

        @property
        def beir_avg_datasets(self) -> int | None: ...

        @property
        def beir13_avg(self) -> float | None: ...

        @property
        def beir15_avg(self) -> float | None: ...

        @property
        def mteb_avg(self) -> float | None: ...

        @property
        def mteb_eng_v1_avg(self) -> float | None: ...

        @property
        def ms_marco_mrr10(self) -> float | None: ...

        @property
        def trec_dl19_ndcg10(self) -> float | None: ...

        @property
        def tokenizer_model(self) -> str | None: ...

        @property
        def requires_projection(self) -> bool: ...

        @property
        def packages(self) -> tuple[str, ...]: ...

        @property
        def trust_remote_code(self) -> bool | None: ...

        @property
        def gated(self) -> bool | None: ...

        @property
        def batch_size(self) -> int | None: ...

        @property
        def memory_per_batch_mb(self) -> int | None: ...

        @property
        def gpu_recommended(self) -> bool | None: ...

        @property
        def sources(self) -> tuple[str, ...]: ...

        @property
        def overruled(self) -> Mapping[str, object]: ...

        @property
        def metadata(self) -> Mapping[str, object]: ...

else:
    EmbeddingModel: TypeAlias = (
        ColbertModel | DenseModel | SparseModel | VisionLanguageModel
    )
    MatryoshkaModel: TypeAlias = ColbertModel | DenseModel | VisionLanguageModel
