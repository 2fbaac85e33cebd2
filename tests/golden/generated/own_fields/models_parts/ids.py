"""The ids of models, for annotations: a misspelled literal is an error in the editor."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "bdc0e189fe261dbc")

from typing import TYPE_CHECKING, Literal, TypeAlias

DenseModelId: TypeAlias = Literal["acme-embed"]
SpeechModelId: TypeAlias = Literal["acme-scribe"]
if TYPE_CHECKING:
    ModelId: TypeAlias = DenseModelId | SpeechModelId
else:
    ModelId = Literal[
        DenseModelId,
        SpeechModelId,
    ]
