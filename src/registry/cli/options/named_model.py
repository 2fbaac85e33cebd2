"""One model: found by what was typed, as data, as a name to import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from registry.catalogue.codegen import meant_type
from registry.catalogue.here import Catalogue
from registry.cli.terminal.failure import USAGE, CommandError
from registry.errors import AmbiguousModelError, UnknownModelError
from registry.models.kinds import Registered
from registry.models.model_map import ModelMap
from registry.selection.models_here import model_map


def wanted(catalogue: Catalogue, key: str, kind: str | None = None) -> Registered:
    """The model of a catalogue with this name. Raises CommandError with suggestions."""
    of_type = "" if kind is None else checked_type(catalogue, kind)
    models: ModelMap[Registered] = model_map(catalogue, of_type)
    try:
        return models.require(key)
    except AmbiguousModelError as error:
        found = [catalogue.module.MODELS_BY_ID[each] for each in error.candidates]
        cure = "use an id" if kind else "use an id, or say which with --type"
        raise CommandError(f"{key!r} is a key of {_named(found)}; {cure}") from None
    except UnknownModelError as error:
        raise CommandError(f"{catalogue.name}: {error}") from None


def checked_type(catalogue: Catalogue, kind: str) -> str:
    """A type that models of a catalogue have. Raises CommandError."""
    if kind in catalogue.types:
        return kind
    meant = meant_type(kind, catalogue.types)
    known = meant in catalogue.types
    hint = f"did you mean {meant}?" if known else f"there are {', '.join(catalogue.types)}"
    raise CommandError(f"no model of {catalogue.name} is of type {kind!r}; {hint}", USAGE)


def _named(models: Iterable[Registered]) -> str:
    return ", ".join(f"{model.id} ({model.kind})" for model in models)


def data(model: Registered) -> dict[str, Any]:  # fields of all types
    """A model as JSON data: every field, the type first."""
    untyped: Any = model  # a dataclass, of a class that its catalogue has
    return {"type": model.kind, **asdict(untyped)}


def deprecation(model: Registered) -> str:
    """What to use instead of a model that its catalogue calls deprecated; "" for any other."""
    untyped: Any = model
    if getattr(untyped, "status", None) != "deprecated":
        return ""
    return f"deprecated; use {untyped.superseded_by}" if untyped.superseded_by else "deprecated"
