"""A typed model registry, generated: edit the catalogue named below, not this file."""

# Source: "every_type.json", 10 models
# Input: sha256:61bd9908c27454ce323db405878e3369e12470bc8dfec7c09d9760cba0d1608e
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from .models_parts import same_generation

same_generation(__name__, "f59063e9645b036e")

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
    "SelectionError": "errors",
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
    "DenseModelId": "ids",
    "SparseModelId": "ids",
    "CrossEncoderModelId": "ids",
    "VisionLanguageModelId": "ids",
    "LlmModelId": "ids",
    "TimeseriesModelId": "ids",
    "SpeechModelId": "ids",
    "selected_embedding_model": "roles",
    "selected_cross_encoder_model": "roles",
    "selected_llm_model": "roles",
    "ColbertModel": "type_colbert",
    "DenseModel": "type_dense",
    "SparseModel": "type_sparse",
    "CrossEncoderModel": "type_cross_encoder",
    "VisionLanguageModel": "type_vision_language",
    "LlmModel": "type_llm",
    "TimeseriesModel": "type_timeseries",
    "SpeechModel": "type_speech",
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
