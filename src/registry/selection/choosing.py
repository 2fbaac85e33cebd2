"""Find a registered model by what a program is given: an id, an alias, a repository, a domain."""

from __future__ import annotations

from registry._generated import DenseModel, LlmModel
from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import SelectionError
from registry.models.model_map import ModelMap
from registry.selection.models_here import model_map
from registry.selection.roles import selected_embedding_model, selected_llm_model


def chosen_llm(
    key: str | None, domain: str | None = None, catalogue: CatalogueLike | None = None
) -> LlmModel:
    """The language model with a name, else of a domain, else the selected one.

    Of several in a domain, the smallest. Raises UnknownModelError, AmbiguousModelError and
    SelectionError.

    >>> chosen_llm("Qwen/Qwen3-0.6B").id
    'qwen3-0.6b'
    >>> chosen_llm(None, "code").domain
    'code'
    """
    llms: ModelMap[LlmModel] = model_map(catalogue_here(catalogue), "llm")
    if key is not None:
        return llms.require(key)
    if domain is None:
        return selected_llm_model(catalogue)
    models = [model for model in llms.models if model.domain == domain]
    if not models:
        domains = sorted({model.domain for model in llms.models if model.domain})
        there_are = f"there are {', '.join(domains)}" if domains else "none has a domain"
        raise SelectionError(
            f"no language model is registered for the domain {domain!r}; {there_are}"
        )
    # A model of unknown size is not the smallest.
    return min(models, key=lambda model: model.parameter_count or float("inf"))


def chosen_embedding(key: str | None, catalogue: CatalogueLike | None = None) -> DenseModel:
    """The dense model with a name, else the selected one.

    Raises UnknownModelError, AmbiguousModelError and SelectionError.
    """
    if key is None:
        return selected_embedding_model(catalogue)
    dense: ModelMap[DenseModel] = model_map(catalogue_here(catalogue), "dense")
    return dense.require(key)
