"""The ids of models, for annotations: a misspelt literal is an error in the editor."""

# Source: "every_type.json", 10 models
# Input: sha256:de56efa577d9eba2ea91d1094d5d38a095395ec200341cc90ae7c3ecc398b9b0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "cd5346d434298503")

from typing import TYPE_CHECKING, Literal, TypeAlias

ColbertModelId: TypeAlias = Literal["late-interaction"]
DenseModelId: TypeAlias = Literal[
    "dense-9",
    "dense-10",
    "dense-small",
]
SparseModelId: TypeAlias = Literal["learned-sparse"]
CrossEncoderModelId: TypeAlias = Literal["reranker"]
VisionLanguageModelId: TypeAlias = Literal["pages"]
LlmModelId: TypeAlias = Literal["chat"]
TimeseriesModelId: TypeAlias = Literal["forecast"]
SpeechModelId: TypeAlias = Literal["whisperer"]
if TYPE_CHECKING:
    ModelId: TypeAlias = (
        ColbertModelId
        | DenseModelId
        | SparseModelId
        | CrossEncoderModelId
        | VisionLanguageModelId
        | LlmModelId
        | TimeseriesModelId
        | SpeechModelId
    )
else:
    ModelId = Literal[
        ColbertModelId,
        DenseModelId,
        SparseModelId,
        CrossEncoderModelId,
        VisionLanguageModelId,
        LlmModelId,
        TimeseriesModelId,
        SpeechModelId,
    ]
