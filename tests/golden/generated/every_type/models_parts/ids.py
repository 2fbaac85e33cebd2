"""The ids of models, for annotations: a misspelled literal is an error in the editor."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "f59063e9645b036e")

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
