"""SpeechModel, and the models of this type."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "42a7da729936a62a")

from .base import FrozenDict, ModelInfo, Variant

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
    """Writes down what was said."""

    __slots__ = [
        "languages",
    ]

    type: typing.ClassVar[typing.Literal[words.ModelType.Speech]]
    kind: typing.ClassVar[typing.Literal["speech"]] = "speech"
    huggingface_id: str
    """Repository on the Hugging Face Hub; a model behind an API may have none."""
    context_length: int | None
    """Longest input in tokens (time series: in time points)."""
    languages: tuple[str, ...]
    """ISO 639 codes: two letters where there are two, else three. Empty: unknown, or
    not a matter of language.
    """

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
        languages: tuple[str, ...] = (),
        modalities: tuple[words.Modality, ...] = (),
        quantization: tuple[words.NumberFormat, ...] = (),
        tokenizer_model: str | None = None,
        packages: tuple[str, ...] = (),
        trust_remote_code: bool = False,
        gated: bool | None = None,
        batch_size: int | None = None,
        memory_per_batch_mb: int | None = None,
        gpu_recommended: bool | None = None,
        sources: tuple[str, ...] = (),
        overruled: Mapping[str, object] = FrozenDict(),
        metadata: Mapping[str, object] = FrozenDict(),
    ) -> None:
        super().__init__(
            id=id,
            name=name,
            description=description,
            huggingface_id=huggingface_id,
            revision=revision,
            provider=provider,
            provider_model=provider_model,
            base_url=base_url,
            organization=organization,
            release_date=release_date,
            license=license,
            status=status,
            superseded_by=superseded_by,
            aliases=aliases,
            architecture_type=architecture_type,
            architecture_variant=architecture_variant,
            base_model=base_model,
            parameters=parameters,
            parameter_count=parameter_count,
            active_parameters=active_parameters,
            active_parameter_count=active_parameter_count,
            hidden_dim=hidden_dim,
            context_length=context_length,
            max_sequence_length=max_sequence_length,
            max_position_embeddings=max_position_embeddings,
            vocab_size=vocab_size,
            num_layers=num_layers,
            num_attention_heads=num_attention_heads,
            memory_mb=memory_mb,
            config_file=config_file,
            tokenizer_file=tokenizer_file,
            safetensors_files=safetensors_files,
            pytorch_files=pytorch_files,
            onnx_files=onnx_files,
            openvino_files=openvino_files,
            gguf_files=gguf_files,
            variants=variants,
            modalities=modalities,
            quantization=quantization,
            tokenizer_model=tokenizer_model,
            packages=packages,
            trust_remote_code=trust_remote_code,
            gated=gated,
            batch_size=batch_size,
            memory_per_batch_mb=memory_per_batch_mb,
            gpu_recommended=gpu_recommended,
            sources=sources,
            overruled=overruled,
            metadata=metadata,
        )
        assign = object.__setattr__
        if languages:
            assign(self, "languages", languages)


__all__ = [
    "WHISPERER",
]

WHISPERER: Final = SpeechModel(
    id="whisperer",
    name="Some Model",
    description="A model.",
    huggingface_id="org/whisperer",
    organization="org",
    license="MIT",
    parameters="39M",
    parameter_count=39000000,
    context_length=448,
    languages=("en",),
    modalities=("audio",),
    sources=("hub", "paper"),
)
"""448 tokens · 39M parameters · MIT · org/whisperer

A model.
"""
