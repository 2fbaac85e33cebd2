"""Names for annotations: the models of several types."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "8eb4994c868f9931")

from typing import TypeAlias

from .type_colbert import (
    ColbertModel as ColbertModel,
)
from .type_dense import (
    DenseModel as DenseModel,
)
from .type_sparse import (
    SparseModel as SparseModel,
)
from .type_cross_encoder import (
    CrossEncoderModel as CrossEncoderModel,
)
from .type_vision_language import (
    VisionLanguageModel as VisionLanguageModel,
)
from .type_llm import (
    LlmModel as LlmModel,
)
from .type_timeseries import (
    TimeseriesModel as TimeseriesModel,
)
from .type_speech import (
    SpeechModel as SpeechModel,
)
from .words import Filters as Filters
from .words import Modality as Modality
from .words import ModelType as ModelType
from .words import Status as Status

AnyModel: TypeAlias = (
    ColbertModel
    | DenseModel
    | SparseModel
    | CrossEncoderModel
    | VisionLanguageModel
    | LlmModel
    | TimeseriesModel
    | SpeechModel
)
"""A model of whatever type."""
EmbeddingModel: TypeAlias = (
    ColbertModel | DenseModel | SparseModel | VisionLanguageModel
)
"""A model that gives vectors: it has an embedding_dim."""
MatryoshkaModel: TypeAlias = ColbertModel | DenseModel | VisionLanguageModel
"""A model of a type whose vectors may be truncated."""
