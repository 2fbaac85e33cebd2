# ty: ignore[incompatible-mutable-override]
"""VisionLanguageModel, and the models of this type."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

from .base import FrozenDict, ModelInfo, Export, Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing
    from collections.abc import Mapping
    from dataclasses import dataclass
    from typing import Final

    from . import words
else:
    from .base import Mapping, dataclass, typing, words


@dataclass(frozen=True, kw_only=True)
class VisionLanguageModel(ModelInfo):
    """Late-interaction retriever for document pages and images."""

    __slots__ = [
        "has_projection",
        "projection_dims",
        "matryoshka_dims",
        "embedding_dim",
        "query_length",
        "document_length",
        "image_size",
        "patch_size",
        "pooling",
        "normalize",
        "similarity",
        "prompts_in_checkpoint",
        "query_prompt",
        "document_prompt",
        "classification_prompt",
        "clustering_prompt",
        "similarity_prompt",
        "languages",
        "programming_languages",
        "multi_vector",
        "matryoshka",
        "domain",
        "beir_avg",
        "beir_avg_datasets",
        "beir13_avg",
        "beir15_avg",
        "mteb_avg",
        "mteb_eng_v1_avg",
        "ms_marco_mrr10",
        "trec_dl19_ndcg10",
        "requires_projection",
    ]

    type: typing.ClassVar[typing.Literal[words.ModelType.VisionLanguage]]
    kind: typing.ClassVar[typing.Literal["vision-language"]] = "vision-language"
    huggingface_id: str
    """Repository on the Hugging Face Hub; a model behind an API may have none."""
    has_projection: bool
    """Whether a linear head after the backbone changes the width of the output vectors."""
    projection_dims: int | None
    """Output width of that head; equals specs.embedding_dim."""
    matryoshka_dims: tuple[int, ...]
    """Widths the vectors may be truncated to (Matryoshka), largest first; the first is
    specs.embedding_dim.
    """
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    embedding_dim: int
    """Width of one output vector (sparse: of the vocabulary vector)."""
    context_length: int | None
    """Longest input that the network takes, in tokens (time series: in time points)."""
    query_length: int | None
    """Tokens a query is padded or cut to (late interaction)."""
    document_length: int | None
    """Tokens a document is cut to by default (late interaction)."""
    image_size: int | None
    """Side of the input image in pixels."""
    patch_size: int | None
    """Side of an image patch in pixels; time points of one patch in time series."""
    pooling: words.Pooling | None
    """How token vectors become one vector."""
    normalize: bool | None
    """Whether the published pipeline ends in L2 normalization."""
    similarity: words.Similarity | None
    """How two outputs are compared."""
    prompts_in_checkpoint: bool | None
    """Whether the checkpoint's own configuration has prompts, which apply where none is
    given here.
    """
    query_prompt: str | None
    """Before a query. An empty text says that none is needed; absent or null, that this
    is unknown.
    """
    document_prompt: str | None
    """Before a document. An empty text says that none is needed; absent or null, that
    this is unknown.
    """
    classification_prompt: str | None
    """Before a text to classify."""
    clustering_prompt: str | None
    """Before a text to cluster."""
    similarity_prompt: str | None
    """Before texts that are compared with each other."""
    languages: tuple[str, ...]
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...]
    """Programming languages it was tuned for."""
    multi_vector: bool
    """Whether it gives one vector per token, compared by MaxSim."""
    matryoshka: bool
    """Whether its vectors may be truncated (Matryoshka representation learning)."""
    domain: str | None
    """What it is specialised in; absent for general use."""
    beir_avg: float | None
    """Mean nDCG@10 on BEIR, as a fraction; read with beir_avg_datasets."""
    beir_avg_datasets: int | None
    """How many BEIR sets that mean is over (13, 14 or 15 are not comparable)."""
    beir13_avg: float | None
    """Mean nDCG@10 over 13 BEIR sets (without CQADupStack and MS MARCO)."""
    beir15_avg: float | None
    """Mean nDCG@10 over 15 BEIR sets."""
    mteb_avg: float | None
    """MTEB(eng, v2): mean over 41 tasks, in points."""
    mteb_eng_v1_avg: float | None
    """MTEB(eng, v1): mean over 56 tasks, in points."""
    ms_marco_mrr10: float | None
    """MRR@10 on MS MARCO passage dev, as a fraction (cross-encoders: re-ranking)."""
    trec_dl19_ndcg10: float | None
    """nDCG@10 on TREC DL 19, re-ranking, as a fraction."""
    requires_projection: bool
    """Whether loading fails without the projection's weights."""

    def __init__(
        self,
        *,
        id: str,
        name: str,
        description: str,
        huggingface_id: str,
        revision: str | None = None,
        provider: str | None = None,
        provider_model: str | None = None,
        base_url: str | None = None,
        organization: str,
        release_date: str | None = None,
        license: str | None = None,
        status: words.Status = "active",
        superseded_by: str | None = None,
        aliases: tuple[str, ...] = (),
        former_ids: tuple[str, ...] = (),
        exports: tuple[Export, ...] = (),
        architecture_type: str | None = None,
        architecture_variant: str | None = None,
        base_model: str | None = None,
        has_projection: bool = False,
        projection_dims: int | None = None,
        matryoshka_dims: tuple[int, ...] = (),
        parameters: str,
        parameter_count: int,
        active_parameters: str | None = None,
        active_parameter_count: int | None = None,
        embedding_dim: int,
        hidden_dim: int | None = None,
        context_length: int | None = None,
        max_sequence_length: int | None = None,
        max_position_embeddings: int | None = None,
        vocab_size: int | None = None,
        num_layers: int | None = None,
        num_attention_heads: int | None = None,
        query_length: int | None = None,
        document_length: int | None = None,
        image_size: int | None = None,
        patch_size: int | None = None,
        memory_mb: float | None = None,
        pooling: words.Pooling | None = None,
        normalize: bool | None = None,
        similarity: words.Similarity | None = None,
        prompts_in_checkpoint: bool | None = None,
        query_prompt: str | None = None,
        document_prompt: str | None = None,
        classification_prompt: str | None = None,
        clustering_prompt: str | None = None,
        similarity_prompt: str | None = None,
        config_file: str | None = None,
        tokenizer_file: str | None = None,
        safetensors_files: tuple[str, ...] = (),
        pytorch_files: tuple[str, ...] = (),
        onnx_files: tuple[str, ...] = (),
        openvino_files: tuple[str, ...] = (),
        gguf_files: tuple[str, ...] = (),
        variants: tuple[Variant, ...] = (),
        languages: tuple[str, ...] = (),
        programming_languages: tuple[str, ...] = (),
        modalities: tuple[words.Modality, ...] = (),
        multi_vector: bool = False,
        matryoshka: bool = False,
        quantization: tuple[words.NumberFormat, ...] = (),
        domain: str | None = None,
        beir_avg: float | None = None,
        beir_avg_datasets: int | None = None,
        beir13_avg: float | None = None,
        beir15_avg: float | None = None,
        mteb_avg: float | None = None,
        mteb_eng_v1_avg: float | None = None,
        ms_marco_mrr10: float | None = None,
        trec_dl19_ndcg10: float | None = None,
        tokenizer_model: str | None = None,
        requires_projection: bool = False,
        packages: tuple[str, ...] = (),
        trust_remote_code: bool | None = None,
        gated: bool | None = None,
        batch_size: int | None = None,
        memory_per_batch_mb: int | None = None,
        gpu_recommended: bool | None = None,
        sources: tuple[str, ...] = (),
        overruled: Mapping[str, object] = FrozenDict(),
        metadata: Mapping[str, object] = FrozenDict(),
    ) -> None:
        assign = object.__setattr__
        assign(self, "id", id)
        assign(self, "name", name)
        assign(self, "description", description)
        assign(self, "huggingface_id", huggingface_id)
        if revision is not None:
            assign(self, "revision", revision)
        if provider is not None:
            assign(self, "provider", provider)
        if provider_model is not None:
            assign(self, "provider_model", provider_model)
        if base_url is not None:
            assign(self, "base_url", base_url)
        assign(self, "organization", organization)
        if release_date is not None:
            assign(self, "release_date", release_date)
        if license is not None:
            assign(self, "license", license)
        if status != "active":
            assign(self, "status", status)
        if superseded_by is not None:
            assign(self, "superseded_by", superseded_by)
        if aliases:
            assign(self, "aliases", aliases)
        if former_ids:
            assign(self, "former_ids", former_ids)
        if exports:
            assign(self, "exports", exports)
        if architecture_type is not None:
            assign(self, "architecture_type", architecture_type)
        if architecture_variant is not None:
            assign(self, "architecture_variant", architecture_variant)
        if base_model is not None:
            assign(self, "base_model", base_model)
        if has_projection:
            assign(self, "has_projection", has_projection)
        if projection_dims is not None:
            assign(self, "projection_dims", projection_dims)
        if matryoshka_dims:
            assign(self, "matryoshka_dims", matryoshka_dims)
        assign(self, "parameters", parameters)
        assign(self, "parameter_count", parameter_count)
        if active_parameters is not None:
            assign(self, "active_parameters", active_parameters)
        if active_parameter_count is not None:
            assign(self, "active_parameter_count", active_parameter_count)
        assign(self, "embedding_dim", embedding_dim)
        if hidden_dim is not None:
            assign(self, "hidden_dim", hidden_dim)
        if context_length is not None:
            assign(self, "context_length", context_length)
        if max_sequence_length is not None:
            assign(self, "max_sequence_length", max_sequence_length)
        if max_position_embeddings is not None:
            assign(self, "max_position_embeddings", max_position_embeddings)
        if vocab_size is not None:
            assign(self, "vocab_size", vocab_size)
        if num_layers is not None:
            assign(self, "num_layers", num_layers)
        if num_attention_heads is not None:
            assign(self, "num_attention_heads", num_attention_heads)
        if query_length is not None:
            assign(self, "query_length", query_length)
        if document_length is not None:
            assign(self, "document_length", document_length)
        if image_size is not None:
            assign(self, "image_size", image_size)
        if patch_size is not None:
            assign(self, "patch_size", patch_size)
        if memory_mb is not None:
            assign(self, "memory_mb", memory_mb)
        if pooling is not None:
            assign(self, "pooling", pooling)
        if normalize is not None:
            assign(self, "normalize", normalize)
        if similarity is not None:
            assign(self, "similarity", similarity)
        if prompts_in_checkpoint is not None:
            assign(self, "prompts_in_checkpoint", prompts_in_checkpoint)
        if query_prompt is not None:
            assign(self, "query_prompt", query_prompt)
        if document_prompt is not None:
            assign(self, "document_prompt", document_prompt)
        if classification_prompt is not None:
            assign(self, "classification_prompt", classification_prompt)
        if clustering_prompt is not None:
            assign(self, "clustering_prompt", clustering_prompt)
        if similarity_prompt is not None:
            assign(self, "similarity_prompt", similarity_prompt)
        if config_file is not None:
            assign(self, "config_file", config_file)
        if tokenizer_file is not None:
            assign(self, "tokenizer_file", tokenizer_file)
        if safetensors_files:
            assign(self, "safetensors_files", safetensors_files)
        if pytorch_files:
            assign(self, "pytorch_files", pytorch_files)
        if onnx_files:
            assign(self, "onnx_files", onnx_files)
        if openvino_files:
            assign(self, "openvino_files", openvino_files)
        if gguf_files:
            assign(self, "gguf_files", gguf_files)
        if variants:
            assign(self, "variants", variants)
        if languages:
            assign(self, "languages", languages)
        if programming_languages:
            assign(self, "programming_languages", programming_languages)
        if modalities:
            assign(self, "modalities", modalities)
        if multi_vector:
            assign(self, "multi_vector", multi_vector)
        if matryoshka:
            assign(self, "matryoshka", matryoshka)
        if quantization:
            assign(self, "quantization", quantization)
        if domain is not None:
            assign(self, "domain", domain)
        if beir_avg is not None:
            assign(self, "beir_avg", beir_avg)
        if beir_avg_datasets is not None:
            assign(self, "beir_avg_datasets", beir_avg_datasets)
        if beir13_avg is not None:
            assign(self, "beir13_avg", beir13_avg)
        if beir15_avg is not None:
            assign(self, "beir15_avg", beir15_avg)
        if mteb_avg is not None:
            assign(self, "mteb_avg", mteb_avg)
        if mteb_eng_v1_avg is not None:
            assign(self, "mteb_eng_v1_avg", mteb_eng_v1_avg)
        if ms_marco_mrr10 is not None:
            assign(self, "ms_marco_mrr10", ms_marco_mrr10)
        if trec_dl19_ndcg10 is not None:
            assign(self, "trec_dl19_ndcg10", trec_dl19_ndcg10)
        if tokenizer_model is not None:
            assign(self, "tokenizer_model", tokenizer_model)
        if requires_projection:
            assign(self, "requires_projection", requires_projection)
        if packages:
            assign(self, "packages", packages)
        if trust_remote_code is not None:
            assign(self, "trust_remote_code", trust_remote_code)
        if gated is not None:
            assign(self, "gated", gated)
        if batch_size is not None:
            assign(self, "batch_size", batch_size)
        if memory_per_batch_mb is not None:
            assign(self, "memory_per_batch_mb", memory_per_batch_mb)
        if gpu_recommended is not None:
            assign(self, "gpu_recommended", gpu_recommended)
        if sources:
            assign(self, "sources", sources)
        if overruled:
            assign(self, "overruled", overruled)
        if metadata:
            assign(self, "metadata", metadata)


__all__ = [
    "PAGES",
]

PAGES: Final = VisionLanguageModel(
    id="pages",
    name="Some Model",
    description="A model.",
    huggingface_id="org/pages",
    organization="org",
    license="MIT",
    parameters="110M",
    parameter_count=110000000,
    embedding_dim=768,
    context_length=512,
    modalities=("text", "image"),
    multi_vector=True,
)
"""768 dimensions · 512 tokens · 110M parameters · MIT · org/pages

A model.
"""
