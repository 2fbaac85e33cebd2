"""The words that some fields are limited to, and what queries filter by."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "981ed61da500a5ad")

from typing import Literal, TypeAlias, TypedDict

from .model_type import ModelType as ModelType

Modality: TypeAlias = Literal[
    "text",
    "image",
    "audio",
    "video",
    "timeseries",
]
NumberFormat: TypeAlias = Literal[
    "fp32",
    "fp16",
    "bf16",
    "fp8",
    "int8",
    "int4",
    "nf4",
    "binary",
]
Pooling: TypeAlias = Literal[
    "cls",
    "mean",
    "max",
    "lasttoken",
    "weightedmean",
    "latent-attention",
]
ScoreScale: TypeAlias = Literal[
    "logit",
    "sigmoid",
]
Similarity: TypeAlias = Literal[
    "cosine",
    "dot",
    "maxsim",
    "euclidean",
]
Status: TypeAlias = Literal[
    "active",
    "deprecated",
]
Thinking: TypeAlias = Literal[
    "always",
    "switchable",
    "never",
]


class Filters(TypedDict, total=False):
    """What `find_models` can ask for; everything given must hold."""

    organization: str | None
    language: str | None
    license: str | None
    modality: Modality | None
    max_embedding_dim: int | None
    matryoshka: bool | None
    status: Status | None
