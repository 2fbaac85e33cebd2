"""One model: found by what a person typed, as data, as a name to import."""

from dataclasses import asdict
from typing import Any

from registry import (
    MODELS_BY_ID,
    AmbiguousModelError,
    AnyModel,
    ModelType,
    UnknownModelError,
    find_model,
)
from registry.cli.terminal.failure import CommandError


def wanted(key: str, model_type: ModelType | None = None) -> AnyModel:
    """The model with this id, alias or Hub repository; a CommandError says which may be meant."""
    try:
        model = find_model(key, model_type=model_type)
    except AmbiguousModelError as error:
        cure = "use an id" if model_type else "use an id, or say which with --type"
        raise CommandError(f"{key!r} is a key of {_named(error.candidates)}; {cure}") from None
    if model is not None:
        return model
    if others := _of_any_type(key):
        raise CommandError(f"{key!r} is no {model_type} model, but a key of {_named(others)}")
    unknown = UnknownModelError(key)
    if unknown.suggestions:
        raise CommandError(str(unknown))
    raise CommandError(f"there is no model {key!r}; `registry list` shows them all")


def _of_any_type(key: str) -> tuple[str, ...]:
    try:
        model = find_model(key)
    except AmbiguousModelError as error:
        return error.candidates
    return () if model is None else (model.id,)


def _named(ids: tuple[str, ...]) -> str:
    return ", ".join(f"{name} ({MODELS_BY_ID[name].kind})" for name in ids)


def data(model: AnyModel) -> dict[str, Any]:  # fields of all types
    """A model as JSON data: every field, the type first."""
    return {"type": model.kind, **asdict(model)}


def constant(model: AnyModel) -> str:
    """The name to import a model by.

    >>> from registry import COLBERT_V2
    >>> constant(COLBERT_V2)
    'COLBERT_V2'
    """
    return model.id.upper().replace("-", "_").replace(".", "_")
