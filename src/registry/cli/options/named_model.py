"""One model: found by what a person typed, as data, as a name to import."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from registry.catalogue.here import Catalogue
from registry.cli.terminal.failure import USAGE, CommandError
from registry.models.constants import constant_name
from registry.models.kinds import Registered
from registry.models.model_map import ModelMap


def wanted(catalogue: Catalogue, key: str, kind: str | None = None) -> Registered:
    """The model of a catalogue with this id, constant, alias or Hub repository.

    Raises CommandError, which says which model may be meant.
    """
    models = catalogue.models if kind is None else catalogue.of_type(checked_type(catalogue, kind))
    folded = key.casefold()
    exact = [model for model in models if folded == model.id or key == constant_name(model.id)]
    found = exact or [model for model in models if folded in _keys(model)]
    if len(found) == 1:
        return found[0]
    if found:
        cure = "use an id" if kind else "use an id, or say which with --type"
        raise CommandError(f"{key!r} is a key of {_named(found)}; {cure}")
    if kind is not None and (others := [m for m in catalogue.models if folded in _keys(m)]):
        raise CommandError(f"{key!r} is not a {kind} model, but a key of {_named(others)}")
    near = ModelMap("", tuple(models)).suggestions(key)
    hint = f"did you mean {' or '.join(near)}?" if near else "`registry list` shows them all"
    raise CommandError(f"there is no model {key!r} in {catalogue.name}; {hint}")


def checked_type(catalogue: Catalogue, kind: str) -> str:
    """A type that models of a catalogue have. Raises CommandError."""
    if kind in catalogue.types:
        return kind
    near = difflib.get_close_matches(kind.casefold(), catalogue.types, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(catalogue.types)}"
    raise CommandError(f"no model of {catalogue.name} is of type {kind!r}; {hint}", USAGE)


def _keys(model: Registered) -> set[str]:
    keys = (model.id, model.huggingface_id, *model.aliases)
    return {key.casefold() for key in keys if key is not None}


def _named(models: Iterable[Registered]) -> str:
    return ", ".join(f"{model.id} ({model.kind})" for model in models)


def data(model: Registered) -> dict[str, Any]:  # fields of all types
    """A model as JSON data: every field, the type first."""
    untyped: Any = model  # a dataclass, of a class that its catalogue has
    return {"type": model.kind, **asdict(untyped)}
