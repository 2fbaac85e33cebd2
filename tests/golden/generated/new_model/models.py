"""A typed model registry, generated: edit the catalogue named below, not this file."""

# Source: "new_model.json", 1 models
# Input: sha256:b9354691d346e385b953bc5d964a69d18af154f43a1c4c89a1f4dba5dfb3ffc0
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from .models_parts import same_generation

same_generation(__name__, "981ed61da500a5ad")

from .models_parts import CATALOGUE_VERSION as CATALOGUE_VERSION
from .models_parts import SCHEMA_VERSION as SCHEMA_VERSION
from .models_parts import all_constants, module_of_constant, part

# Which module a name comes from. It is imported when the name is first asked for, so
# that one model does not cost all the others; constants are looked up in the index.
_MODULES = {
    "MODEL_REGISTRY": "catalogue",
    "IDS_BY_NAME": "keys",
    "MODELS_BY_ID": "lookup",
    "find_model": "lookup",
    "get_model": "lookup",
    "SELECTED_DEFAULTS": "selected",
    "FrozenDict": "base",
    "ModelInfo": "base",
    "Export": "base",
    "Variant": "base",
    "AnyModel": "aliases",
    "EmbeddingModel": "aliases",
    "MatryoshkaModel": "aliases",
    "AmbiguousModelError": "errors",
    "RegistryError": "errors",
    "UnknownModelError": "errors",
    "ModelType": "model_type",
    "find_models": "queries",
    "models_by_language": "queries",
    "models_by_license": "queries",
    "models_by_max_embedding_dim": "queries",
    "models_by_modality": "queries",
    "models_by_organization": "queries",
    "models_by_type": "queries",
    "models_with_matryoshka": "queries",
    "Filters": "words",
    "Modality": "words",
    "NumberFormat": "words",
    "Pooling": "words",
    "ScoreScale": "words",
    "Similarity": "words",
    "Status": "words",
    "Thinking": "words",
    "ModelId": "ids",
    "ColbertModelId": "ids",
    "ColbertModel": "type_colbert",
}


def __getattr__(name: str) -> object:
    known = globals()
    if name == "__all__":
        return _names()
    if name not in known:
        module = _MODULES.get(name) or (name.isupper() and module_of_constant(name))
        if not module:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        known[name] = getattr(part(module), name)
    return known[name]


def _names() -> list[str]:
    # Without the names that only annotations need.
    others = [each for each in _MODULES if _MODULES[each] not in ("words", "ids")]
    return ["CATALOGUE_VERSION", "SCHEMA_VERSION", *all_constants(), *others]


def __dir__() -> list[str]:
    return sorted({*globals(), *all_constants(), *_MODULES})
