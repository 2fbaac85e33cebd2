"""A typed model registry for retrieval and language models.

    >>> from registry import COLBERT_V2, ModelType, models_by_type
    >>> COLBERT_V2.embedding_dim
    128
    >>> COLBERT_V2 in models_by_type(ModelType.Colbert)
    True

`load(COLBERT_V2)` runs it, and a checker knows what comes back.

The constants, the classes, the ids and the query functions are generated from models.json
when the wheel is built; importing them needs the standard library alone.
"""

try:
    import registry._generated as _generated
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("registry._generated"):
        raise
    raise ImportError(
        "tessera-registry was built with its build hooks switched off, so its models are "
        "missing: build it again without HATCH_BUILD_NO_HOOKS, or run `pip install -e .`"
    ) from None

__all__ = [
    "CROSS_ENCODER_MODELS",
    "EMBEDDING_MODELS",
    "LLM_MODELS",
    "Message",
    "ModelConfig",
    "ModelManager",
    "Sampling",
    "check_fingerprint",
    "estimate_memory",
    "fingerprint",
    "fits",
    "get_recommended_default_model",
    "load",
    "locked_revision",
    "recommend",
    "resolve",
    "selected_cross_encoder_model",
    "selected_embedding_model",
    "selected_llm_model",
]
__all__ += _generated.__all__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from registry._generated import *  # noqa: F403 - generated, with an explicit __all__
    from registry.defaults import get_recommended_default_model
    from registry.encoders.generator import Message, Sampling
    from registry.fingerprints.index_fingerprint import check_fingerprint, fingerprint
    from registry.fit import estimate_memory, fits, recommend
    from registry.loading.load import load
    from registry.loading.manager import ModelManager
    from registry.models.revisions import locked_revision
    from registry.selection.model_config import ModelConfig
    from registry.selection.resolving import resolve
    from registry.selection.roles import (
        CROSS_ENCODER_MODELS,
        EMBEDDING_MODELS,
        LLM_MODELS,
        selected_cross_encoder_model,
        selected_embedding_model,
        selected_llm_model,
    )
else:  # a __getattr__ that checkers see would make them believe in any name
    # Everything is imported when it is first asked for: `import registry` stays cheap.
    _LAZY = {
        "CROSS_ENCODER_MODELS": "selection.roles",
        "EMBEDDING_MODELS": "selection.roles",
        "LLM_MODELS": "selection.roles",
        "Message": "encoders.generator",
        "ModelConfig": "selection.model_config",
        "ModelManager": "loading.manager",
        "Sampling": "encoders.generator",
        "check_fingerprint": "fingerprints.index_fingerprint",
        "estimate_memory": "fit",
        "fingerprint": "fingerprints.index_fingerprint",
        "fits": "fit",
        "get_recommended_default_model": "defaults",
        "load": "loading.load",
        "locked_revision": "models.revisions",
        "recommend": "fit",
        "resolve": "selection.resolving",
        "selected_cross_encoder_model": "selection.roles",
        "selected_embedding_model": "selection.roles",
        "selected_llm_model": "selection.roles",
    }

    def __getattr__(name):
        if name in _LAZY:
            from importlib import import_module

            value = getattr(import_module(f"registry.{_LAZY[name]}"), name)
        else:
            value = getattr(_generated, name)
        if name in __all__:
            globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
