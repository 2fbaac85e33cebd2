"""All public names of a generated registry, for type checkers and editors."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
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
)
from .models_parts.type_colbert import (
    ColbertModel,
)
from .models_parts.type_colbert import *

__all__ = [
    "NEW_MODEL",
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
    "ColbertModel",
]
