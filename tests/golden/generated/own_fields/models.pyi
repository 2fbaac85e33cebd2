"""All public names of a generated registry, for type checkers and editors."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
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
    DenseModelId,
    SpeechModelId,
)
from .models_parts.roles import (
    selected_embedding_model,
)
from .models_parts.type_dense import (
    DenseModel,
)
from .models_parts.type_speech import (
    SpeechModel,
)
from .models_parts.type_dense import *
from .models_parts.type_speech import *

__all__ = [
    "ACME_EMBED",
    "ACME_SCRIBE",
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
    "DenseModelId",
    "SpeechModelId",
    "selected_embedding_model",
    "DenseModel",
    "SpeechModel",
]
