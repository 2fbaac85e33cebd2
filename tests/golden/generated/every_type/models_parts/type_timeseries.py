# ty: ignore[incompatible-mutable-override]
"""TimeseriesModel, and the models of this type."""

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
    """Longest input that the network takes, in tokens (time series: in time points)."""
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
        if multivariate is not None:
            assign(self, "multivariate", multivariate)
        if covariates is not None:
            assign(self, "covariates", covariates)
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
