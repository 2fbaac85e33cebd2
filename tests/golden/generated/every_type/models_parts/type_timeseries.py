"""TimeseriesModel, and the models of this type."""

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
class TimeseriesModel(ModelInfo):
    """Forecasts time series."""

    __slots__ = [
        "patch_size",
        "output_patch_size",
        "prediction_length",
        "max_horizon",
        "quantiles",
        "multivariate",
        "covariates",
    ]

    type: typing.ClassVar[typing.Literal[words.ModelType.Timeseries]]
    kind: typing.ClassVar[typing.Literal["timeseries"]] = "timeseries"
    huggingface_id: str
    """Repository on the Hugging Face Hub; a model behind an API may have none."""
    context_length: int | None
    """Longest input in tokens (time series: in time points)."""
    patch_size: int | None
    """Side of an image patch in pixels; time points of one patch in time series."""
    output_patch_size: int | None
    """Time points predicted at a step."""
    prediction_length: int | None
    """Time points the model is meant to predict."""
    max_horizon: int | None
    """Most time points it can predict."""
    quantiles: tuple[float, ...]
    """Quantiles the model predicts."""
    multivariate: bool | None
    """Whether it predicts several series together."""
    covariates: bool | None
    """Whether it takes exogenous series."""

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
        patch_size: int | None = None,
        output_patch_size: int | None = None,
        prediction_length: int | None = None,
        max_horizon: int | None = None,
        quantiles: tuple[float, ...] = (),
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
        multivariate: bool | None = None,
        covariates: bool | None = None,
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
        if patch_size is not None:
            assign(self, "patch_size", patch_size)
        if output_patch_size is not None:
            assign(self, "output_patch_size", output_patch_size)
        if prediction_length is not None:
            assign(self, "prediction_length", prediction_length)
        if max_horizon is not None:
            assign(self, "max_horizon", max_horizon)
        if quantiles:
            assign(self, "quantiles", quantiles)
        if multivariate is not None:
            assign(self, "multivariate", multivariate)
        if covariates is not None:
            assign(self, "covariates", covariates)


__all__ = [
    "FORECAST",
]

FORECAST: Final = TimeseriesModel(
    id="forecast",
    name="Some Model",
    description="A model.",
    huggingface_id="org/forecast",
    organization="org",
    license="MIT",
    context_length=512,
    quantiles=(0.1, 0.5, 0.9),
)
"""512 time points · MIT · org/forecast

A model.
"""
