# ty: ignore[incompatible-mutable-override]
"""SpeechModel, and the models of this type."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "bdc0e189fe261dbc")

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
class SpeechModel(ModelInfo):
    """Transcribes speech."""

    __slots__ = [
        "channels",
        "bits",
        "codec",
        "codecs",
        "gain",
        "quality",
        "sample_rate",
        "streaming",
        "team",
    ]

    type: typing.ClassVar[typing.Literal[words.ModelType.Speech]]
    kind: typing.ClassVar[typing.Literal["speech"]] = "speech"
    huggingface_id: str
    """Repository on the Hugging Face Hub; a model behind an API may have none."""
    context_length: int | None
    """Longest input that the network takes, in tokens (time series: in time points)."""
    channels: int
    """Audio channels."""
    bits: typing.Literal[8, 16, None]
    """Bits."""
    codec: typing.Literal["pcm", "opus", None]
    """How audio is coded."""
    codecs: tuple[
        typing.Literal[
            "pcm",
            "opus",
            "a very long name of a codec that nobody knows and nobody uses",
        ],
        ...,
    ]
    """All."""
    gain: float | None
    """dB."""
    quality: typing.Literal[
        "good",
        "a long word for a quality that nobody gives and nobody should",
        None,
    ]
    """Q."""
    sample_rate: int
    """Samples per second that it expects."""
    streaming: bool
    """Whether."""
    team: str
    """Owner."""

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
        parameters: str | None = None,
        parameter_count: int | None = None,
        active_parameters: str | None = None,
        active_parameter_count: int | None = None,
        hidden_dim: int | None = None,
        context_length: int | None = None,
        max_sequence_length: int | None = None,
        max_position_embeddings: int | None = None,
        vocab_size: int | None = None,
        num_layers: int | None = None,
        num_attention_heads: int | None = None,
        memory_mb: float | None = None,
        config_file: str | None = None,
        tokenizer_file: str | None = None,
        safetensors_files: tuple[str, ...] = (),
        pytorch_files: tuple[str, ...] = (),
        onnx_files: tuple[str, ...] = (),
        openvino_files: tuple[str, ...] = (),
        gguf_files: tuple[str, ...] = (),
        variants: tuple[Variant, ...] = (),
        modalities: tuple[words.Modality, ...] = (),
        quantization: tuple[words.NumberFormat, ...] = (),
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
        channels: int,
        bits: typing.Literal[8, 16, None] = None,
        codec: typing.Literal["pcm", "opus", None] = None,
        codecs: tuple[
            typing.Literal[
                "pcm",
                "opus",
                "a very long name of a codec that nobody knows and nobody uses",
            ],
            ...,
        ] = (),
        gain: float | None = None,
        quality: typing.Literal[
            "good",
            "a long word for a quality that nobody gives and nobody should",
            None,
        ] = None,
        sample_rate: int,
        streaming: bool = False,
        team: str = "platform",
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
        if parameters is not None:
            assign(self, "parameters", parameters)
        if parameter_count is not None:
            assign(self, "parameter_count", parameter_count)
        if active_parameters is not None:
            assign(self, "active_parameters", active_parameters)
        if active_parameter_count is not None:
            assign(self, "active_parameter_count", active_parameter_count)
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
        if memory_mb is not None:
            assign(self, "memory_mb", memory_mb)
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
        if modalities:
            assign(self, "modalities", modalities)
        if quantization:
            assign(self, "quantization", quantization)
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
        assign(self, "channels", channels)
        if bits is not None:
            assign(self, "bits", bits)
        if codec is not None:
            assign(self, "codec", codec)
        if codecs:
            assign(self, "codecs", codecs)
        if gain is not None:
            assign(self, "gain", gain)
        if quality is not None:
            assign(self, "quality", quality)
        assign(self, "sample_rate", sample_rate)
        if streaming:
            assign(self, "streaming", streaming)
        if team != "platform":
            assign(self, "team", team)


__all__ = [
    "ACME_SCRIBE",
]

ACME_SCRIBE: Final = SpeechModel(
    id="acme-scribe",
    name="Acme Scribe",
    description="Meetings.",
    huggingface_id="acme/scribe",
    organization="acme",
    license="Proprietary",
    sources=("paper",),
    channels=2,
    bits=16,
    codec="opus",
    codecs=("pcm", "opus"),
    quality="good",
    sample_rate=16000,
)
"""Proprietary · acme/scribe

Meetings.
"""
