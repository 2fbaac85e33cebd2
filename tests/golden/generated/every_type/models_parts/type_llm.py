# ty: ignore[incompatible-mutable-override]
"""LlmModel, and the models of this type."""

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
class LlmModel(ModelInfo):
    """Generates text."""

    __slots__ = [
        "extended_context_length",
        "sliding_window",
        "num_key_value_heads",
        "head_dim",
        "intermediate_size",
        "num_experts",
        "num_experts_per_token",
        "prompts_in_checkpoint",
        "query_prompt",
        "document_prompt",
        "classification_prompt",
        "clustering_prompt",
        "similarity_prompt",
        "ollama_tag",
        "ollama_names",
        "languages",
        "programming_languages",
        "instruction_tuned",
        "thinking",
        "domain",
    ]

    type: typing.ClassVar[typing.Literal[words.ModelType.Llm]]
    kind: typing.ClassVar[typing.Literal["llm"]] = "llm"
    huggingface_id: str
    """Repository on the Hugging Face Hub; a model behind an API may have none."""
    parameters: str
    """Number of stored weights as people write it; the generated class also has
    parameter_count, the integer.
    """
    parameter_count: int
    """The exact number of stored weights, where it is known; must agree with
    `parameters`.
    """
    context_length: int
    """Longest input that the network takes, in tokens (time series: in time points)."""
    extended_context_length: int | None
    """Longest input in tokens with the documented rope scaling."""
    sliding_window: int | None
    """Width of local attention in tokens."""
    num_key_value_heads: int | None
    """Key and value heads a layer (grouped-query attention)."""
    head_dim: int | None
    """Width of one attention head."""
    intermediate_size: int | None
    """Width of the feed-forward layer."""
    num_experts: int | None
    """Experts a layer (mixture of experts)."""
    num_experts_per_token: int | None
    """Experts a token is routed to."""
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
    ollama_tag: str | None
    """Tag of the model in the Ollama library, with the part after the colon so that it
    names one build.
    """
    ollama_names: tuple[str, ...]
    """Other names under which the Ollama library has this model, such as the bare one;
    `:latest` need not be written.
    """
    languages: tuple[str, ...]
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """
    programming_languages: tuple[str, ...]
    """Programming languages it was tuned for."""
    instruction_tuned: bool | None
    """Whether it follows instructions (false: a base model)."""
    thinking: words.Thinking | None
    """Whether it thinks before it answers, and whether that can be switched."""
    domain: str | None
    """What it is specialised in; absent for general use."""

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
        parameters: str,
        parameter_count: int,
        active_parameters: str | None = None,
        active_parameter_count: int | None = None,
        hidden_dim: int | None = None,
        context_length: int,
        extended_context_length: int | None = None,
        max_sequence_length: int | None = None,
        max_position_embeddings: int | None = None,
        sliding_window: int | None = None,
        vocab_size: int | None = None,
        num_layers: int | None = None,
        num_attention_heads: int | None = None,
        num_key_value_heads: int | None = None,
        head_dim: int | None = None,
        intermediate_size: int | None = None,
        num_experts: int | None = None,
        num_experts_per_token: int | None = None,
        memory_mb: float | None = None,
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
        ollama_tag: str | None = None,
        ollama_names: tuple[str, ...] = (),
        languages: tuple[str, ...] = (),
        programming_languages: tuple[str, ...] = (),
        modalities: tuple[words.Modality, ...] = (),
        quantization: tuple[words.NumberFormat, ...] = (),
        instruction_tuned: bool | None = None,
        thinking: words.Thinking | None = None,
        domain: str | None = None,
        tokenizer_model: str | None = None,
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
        assign(self, "parameters", parameters)
        assign(self, "parameter_count", parameter_count)
        if active_parameters is not None:
            assign(self, "active_parameters", active_parameters)
        if active_parameter_count is not None:
            assign(self, "active_parameter_count", active_parameter_count)
        if hidden_dim is not None:
            assign(self, "hidden_dim", hidden_dim)
        assign(self, "context_length", context_length)
        if extended_context_length is not None:
            assign(self, "extended_context_length", extended_context_length)
        if max_sequence_length is not None:
            assign(self, "max_sequence_length", max_sequence_length)
        if max_position_embeddings is not None:
            assign(self, "max_position_embeddings", max_position_embeddings)
        if sliding_window is not None:
            assign(self, "sliding_window", sliding_window)
        if vocab_size is not None:
            assign(self, "vocab_size", vocab_size)
        if num_layers is not None:
            assign(self, "num_layers", num_layers)
        if num_attention_heads is not None:
            assign(self, "num_attention_heads", num_attention_heads)
        if num_key_value_heads is not None:
            assign(self, "num_key_value_heads", num_key_value_heads)
        if head_dim is not None:
            assign(self, "head_dim", head_dim)
        if intermediate_size is not None:
            assign(self, "intermediate_size", intermediate_size)
        if num_experts is not None:
            assign(self, "num_experts", num_experts)
        if num_experts_per_token is not None:
            assign(self, "num_experts_per_token", num_experts_per_token)
        if memory_mb is not None:
            assign(self, "memory_mb", memory_mb)
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
        if ollama_tag is not None:
            assign(self, "ollama_tag", ollama_tag)
        if ollama_names:
            assign(self, "ollama_names", ollama_names)
        if languages:
            assign(self, "languages", languages)
        if programming_languages:
            assign(self, "programming_languages", programming_languages)
        if modalities:
            assign(self, "modalities", modalities)
        if quantization:
            assign(self, "quantization", quantization)
        if instruction_tuned is not None:
            assign(self, "instruction_tuned", instruction_tuned)
        if thinking is not None:
            assign(self, "thinking", thinking)
        if domain is not None:
            assign(self, "domain", domain)
        if tokenizer_model is not None:
            assign(self, "tokenizer_model", tokenizer_model)
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
    "CHAT",
]

CHAT: Final = LlmModel(
    id="chat",
    name="Some Model",
    description="A model.",
    huggingface_id="org/chat",
    organization="org",
    license="MIT",
    parameters="7.24B",
    parameter_count=7240000000,
    context_length=32768,
    variants=(
        Variant(
            id="q4",
            quantization="q4_0",
            file="chat-q4_0.gguf",
            bytes=4431390720,
            sha256="0000000000000000000000000000000000000000000000000000000000000000",
        ),
        Variant(id="tag", quantization="q8_0", ollama_tag="chat:7b-q8_0"),
    ),
    ollama_tag="chat:7b",
)
"""32,768 tokens · 7.24B parameters · MIT · org/chat

A model.
"""
