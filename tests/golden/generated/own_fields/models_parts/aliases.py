"""Names for annotations: the models of several types."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "1a883bcdbfa4d520")

from typing import TypeAlias

from .type_dense import (
    DenseModel as DenseModel,
)
from .type_speech import (
    SpeechModel as SpeechModel,
)
from .words import Filters as Filters
from .words import Modality as Modality
from .words import ModelType as ModelType
from .words import Status as Status

AnyModel: TypeAlias = DenseModel | SpeechModel
"""A model of whatever type."""
EmbeddingModel: TypeAlias = DenseModel
"""A model that gives vectors: it has an embedding_dim."""
MatryoshkaModel: TypeAlias = DenseModel
"""A model of a type whose vectors may be truncated."""
