"""From what a program is told to a registered model: an id, an alias, a repository, a domain."""

from __future__ import annotations

from typing import TypeVar

from registry._generated import AnyModel, DenseModel, LlmModel
from registry.errors import SelectionError, UnknownKeyError
from registry.models.model_map import ModelMap
from registry.selection.roles import (
    EMBEDDING_MODELS,
    LLM_MODELS,
    selected_embedding_model,
    selected_llm_model,
)

Model = TypeVar("Model", bound=AnyModel)


def chosen_llm(key: str | None, domain: str | None = None) -> LlmModel:
    """The language model of an id, alias or repository, else of a domain, else the selected one.

    Of several in a domain it is the smallest. Raises UnknownModelError, AmbiguousModelError and
    SelectionError.

    >>> chosen_llm("Qwen/Qwen3-0.6B").id
    'qwen3-0.6b'
    >>> chosen_llm(None, "code").domain
    'code'
    """
    if key is not None:
        return _named(LLM_MODELS, key)
    if domain is None:
        return selected_llm_model()
    models = [model for model in LLM_MODELS.models if model.domain == domain]
    if not models:
        domains = {model.domain for model in LLM_MODELS.models if model.domain}
        raise SelectionError(
            f"no language model is registered for the domain {domain!r}; there are "
            f"{', '.join(sorted(domains))}"
        )
    return min(models, key=lambda model: model.parameter_count)


def chosen_embedding(key: str | None) -> DenseModel:
    """The dense model of an id, alias or repository, else the selected one.

    Raises UnknownModelError, AmbiguousModelError and SelectionError.
    """
    return selected_embedding_model() if key is None else _named(EMBEDDING_MODELS, key)


def _named(models: ModelMap[Model], key: str) -> Model:
    model = models.find(key)
    if model is None:
        # An UnknownModelError whose suggestions are of the right type.
        raise UnknownKeyError(key, models.explain(key), models.suggestions(key))
    return model
