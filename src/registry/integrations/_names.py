"""Shared by the pieces: turning a name into a model, with one-line errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.models.kinds import Registered
from registry.selection.resolving import resolve

Unknown = Callable[[str], object]

_EXAMPLES = 3
_COMPLETIONS = 50


# Classes differ by catalogue, or by what `unknown` makes. The input may be anything: `resolve`
# refuses what is not a text.
def model_named(
    name: Any,
    model_type: str | None,
    unknown: Unknown | None = None,
    catalogue: CatalogueLike | None = None,
) -> Any:
    """The model of a name; a model is returned as it is. Raises UnknownModelError and the like."""
    # A class of models has an `id` too, which is not a text.
    if hasattr(name, "huggingface_id") and isinstance(name.id, str):
        if model_type in (None, getattr(name, "kind", None)):
            return name
        name = name.id  # of another type: the error says so
    if unknown is None:
        return resolve(name, model_type=model_type, catalogue=catalogue)
    return resolve(name, model_type=model_type, unknown=unknown, catalogue=catalogue)


def described(model_type: str | None) -> str:
    """What to give, in one line.

    >>> described("dense")
    'Name of a dense model: id, alias, repository, or what a runtime calls it.'
    """
    noun = "model" if model_type is None else f"{model_type} model"
    return f"Name of a {noun}: id, alias, repository, or what a runtime calls it."


def examples(model_type: str | None, catalogue: CatalogueLike | None = None) -> list[str]:
    """A few names that may be given: the selected model first, if there is one."""
    models = _of_type(model_type, catalogue)
    chosen = {model.id for model in catalogue_here(catalogue).module.SELECTED_DEFAULTS.values()}
    ordered = sorted(models, key=lambda model: model.id not in chosen)
    return [model.id for model in ordered[:_EXAMPLES]]


def completions(
    begun: str, model_type: str | None, catalogue: CatalogueLike | None = None
) -> list[tuple[str, str]]:
    """Names that begin with a text, each with what it names."""
    folded = begun.casefold()
    found: list[tuple[str, str]] = []
    for model in _of_type(model_type, catalogue):
        names = (model.id, model.huggingface_id, *model.aliases)
        name = next((each for each in names if each and each.casefold().startswith(folded)), None)
        if name is not None:
            found.append((name, model.name))
    return found[:_COMPLETIONS]


def _of_type(model_type: str | None, catalogue: CatalogueLike | None) -> list[Registered]:
    models = catalogue_here(catalogue).models
    return [model for model in models if model_type in (None, model.kind)]
