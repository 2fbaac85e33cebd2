"""The words that some fields are limited to, and what queries filter by."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "bdc0e189fe261dbc")

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
