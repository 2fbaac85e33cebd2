"""All public names of a generated registry, for type checkers and editors."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from .models_parts import (
    CATALOGUE_VERSION,
    SCHEMA_VERSION,
)
from .models_parts.catalogue import (
    MODEL_REGISTRY,
)
from .models_parts.keys import (
    IDS_BY_NAME,
)
from .models_parts.lookup import (
    MODELS_BY_ID,
    find_model,
    get_model,
)
from .models_parts.selected import (
    SELECTED_DEFAULTS,
)
from .models_parts.base import (
    FrozenDict,
    ModelInfo,
    Export,
    Variant,
)
from .models_parts.aliases import (
    AnyModel,
    EmbeddingModel,
    MatryoshkaModel,
)
from .models_parts.errors import (
    AmbiguousModelError,
    RegistryError,
    SelectionError,
    UnknownModelError,
)
from .models_parts.model_type import (
    ModelType,
)
from .models_parts.queries import (
    find_models,
    models_by_language,
    models_by_license,
    models_by_max_embedding_dim,
    models_by_modality,
    models_by_organization,
    models_by_type,
    models_with_matryoshka,
)
from .models_parts.words import (
    Filters,
    Modality,
    NumberFormat,
    Pooling,
    ScoreScale,
    Similarity,
    Status,
    Thinking,
)
from .models_parts.ids import (
    ModelId,
    ColbertModelId,
    DenseModelId,
    SparseModelId,
    CrossEncoderModelId,
    VisionLanguageModelId,
    LlmModelId,
    TimeseriesModelId,
    SpeechModelId,
)
from .models_parts.roles import (
    selected_embedding_model,
    selected_cross_encoder_model,
    selected_llm_model,
)
from .models_parts.type_colbert import (
    ColbertModel,
)
from .models_parts.type_dense import (
    DenseModel,
)
from .models_parts.type_sparse import (
    SparseModel,
)
from .models_parts.type_cross_encoder import (
    CrossEncoderModel,
)
from .models_parts.type_vision_language import (
    VisionLanguageModel,
)
from .models_parts.type_llm import (
    LlmModel,
)
from .models_parts.type_timeseries import (
    TimeseriesModel,
)
from .models_parts.type_speech import (
    SpeechModel,
)
from .models_parts.type_colbert import *
from .models_parts.type_dense import *
from .models_parts.type_sparse import *
from .models_parts.type_cross_encoder import *
from .models_parts.type_vision_language import *
from .models_parts.type_llm import *
from .models_parts.type_timeseries import *
from .models_parts.type_speech import *

__all__ = [
    "LATE_INTERACTION",
    "DENSE_9",
    "DENSE_10",
    "DENSE_SMALL",
    "LEARNED_SPARSE",
    "RERANKER",
    "PAGES",
    "CHAT",
    "FORECAST",
    "WHISPERER",
    "CATALOGUE_VERSION",
    "SCHEMA_VERSION",
    "MODEL_REGISTRY",
    "IDS_BY_NAME",
    "MODELS_BY_ID",
    "find_model",
    "get_model",
    "SELECTED_DEFAULTS",
    "FrozenDict",
    "ModelInfo",
    "Export",
    "Variant",
    "AnyModel",
    "EmbeddingModel",
    "MatryoshkaModel",
    "AmbiguousModelError",
    "RegistryError",
    "SelectionError",
    "UnknownModelError",
    "ModelType",
    "find_models",
    "models_by_language",
    "models_by_license",
    "models_by_max_embedding_dim",
    "models_by_modality",
    "models_by_organization",
    "models_by_type",
    "models_with_matryoshka",
    "Filters",
    "Modality",
    "NumberFormat",
    "Pooling",
    "ScoreScale",
    "Similarity",
    "Status",
    "Thinking",
    "ModelId",
    "ColbertModelId",
    "DenseModelId",
    "SparseModelId",
    "CrossEncoderModelId",
    "VisionLanguageModelId",
    "LlmModelId",
    "TimeseriesModelId",
    "SpeechModelId",
    "selected_embedding_model",
    "selected_cross_encoder_model",
    "selected_llm_model",
    "ColbertModel",
    "DenseModel",
    "SparseModel",
    "CrossEncoderModel",
    "VisionLanguageModel",
    "LlmModel",
    "TimeseriesModel",
    "SpeechModel",
]
