"""Which model serves in a role here: the environment, a project or the catalogue says so."""

# Source: "own_fields.json", 2 models
# Input: sha256:cda9dbc493a7febfee115a45ba23ef4c2c206784331d5c6d31f013c0cf15da69
# Schema: 1.0
# Generator: tessera-registry 0.1.0
# flake8: noqa
# pylint: skip-file

from __future__ import annotations

from . import same_generation

same_generation(__name__, "bdc0e189fe261dbc")

import os

from . import LazyModule
from .errors import AmbiguousModelError, SelectionError
from .lookup import find_model
from .model_type import ModelType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from . import aliases
    from .aliases import AnyModel
else:
    aliases = LazyModule(f"{__package__}.aliases")

_ROLES: Final = [
    "embedding",
    "cross_encoder",
    "llm",
]


def selected_embedding_model() -> aliases.DenseModel:
    """The model that serves as embedding here. Raises SelectionError.

    REGISTRY_EMBEDDING_MODEL names it, else [tool.registry.selected] in the
    nearest pyproject.toml, else the catalogue.
    """
    kind = ModelType.Dense
    model = _selected("embedding", kind, None)
    assert model.kind == "dense"
    return model


def _selected(role: str, kind: ModelType, default: str | None) -> AnyModel:
    variable = f"REGISTRY_{role.upper()}_MODEL"
    key, place = os.environ.get(variable), variable
    if not key:
        key, place = _written(role)
    if not key:
        key, place = default, "the catalogue"
    if not key:
        raise SelectionError(f"the catalogue selects no {role}; set {variable}")
    try:
        model = find_model(key, model_type=kind)
    except AmbiguousModelError as error:
        raise SelectionError(f"{place}: {error}") from None
    if model is None:
        raise SelectionError(f"{place}: there is no {kind} model {key!r}")
    return model


def _written(role: str) -> tuple[str | None, str]:
    """What the nearest pyproject.toml selects, and the file."""
    path = _nearest("pyproject.toml")
    if path is None:
        return None, ""
    import tomllib

    try:
        with open(path, "rb") as file:
            table: Any = tomllib.load(file)
    except (OSError, ValueError, RecursionError) as error:
        raise SelectionError(f"{path}: cannot be read: {error}") from None
    try:
        for name in ("tool", "registry", "selected"):
            table = table.get(name, {})
        selected: dict[str, Any] = {**table}
    except (AttributeError, TypeError):
        message = "tool.registry.selected should be a table"
        raise SelectionError(f"{path}: {message}") from None
    found: tuple[str | None, str] = (None, path)
    for name, value in selected.items():
        if name not in _ROLES:
            known = f"there are {', '.join(_ROLES)}"
            raise SelectionError(f"{path}: there is no role {name!r}; {known}")
        text, place = _value(f"{path}: {name}", value)
        if name == role:
            found = text, place or path
    return found


def _value(key: str, value: Any) -> tuple[str | None, str]:
    """The id that a value names now, and the variable it is from: {env, default}."""
    if isinstance(value, str) and value:
        return value, ""
    if not isinstance(value, dict):
        raise SelectionError(f"{key} should be the id of a model")
    table: dict[str, Any] = value
    for name, each in table.items():
        if name not in ("env", "default"):
            message = f"has no key {name!r}; there are env, default"
            raise SelectionError(f"{key} {message}")
        if not isinstance(each, str) or not each:
            raise SelectionError(f"{key}.{name} should be a text")
    variable: str = table.get("env", "")
    if not (variable.isascii() and variable.isidentifier()):
        raise SelectionError(f"{key}.env should be the name of a variable")
    if text := os.environ.get(variable):
        return text, variable
    return table.get("default"), ""


def _nearest(name: str) -> str | None:
    """The file of a name in the current folder, or in the nearest one above."""
    try:
        folder = os.getcwd()
    except FileNotFoundError:
        return None
    while not os.path.isfile(path := os.path.join(folder, name)):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return path
