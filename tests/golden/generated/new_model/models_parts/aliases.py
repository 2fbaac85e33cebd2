"""Names for annotations: the models of several types."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "05a6652010f5ba4f")

from typing import TypeAlias

from .type_colbert import (
    ColbertModel as ColbertModel,
)
from .words import Filters as Filters
from .words import Modality as Modality
from .words import ModelType as ModelType
from .words import Status as Status

AnyModel: TypeAlias = ColbertModel
"""A model of whatever type."""
EmbeddingModel: TypeAlias = ColbertModel
"""A model that gives vectors: it has an embedding_dim."""
MatryoshkaModel: TypeAlias = ColbertModel
"""A model of a type whose vectors may be truncated."""
