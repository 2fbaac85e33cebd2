"""What `[tool.registry]` of a pyproject.toml says, and in which line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from registry.errors import SelectionError
from registry_base.folders import upwards
from registry_base.json_shapes import JsonObject, is_list, is_object
from registry_base.toml_file import TomlError, TomlFile
from registry_base.toml_file import read_toml as read_toml_file

TABLE = ("tool", "registry", "selected")


@dataclass(frozen=True)
class Written:
    """A text somebody wrote for a key, and where: "pyproject.toml:12"."""

    text: str
    place: str


def find_pyproject() -> Path | None:
    """The nearest pyproject.toml, from the current folder upwards."""
    return next(upwards("pyproject.toml"), None)


def read_selected(path: Path, known: tuple[str, ...]) -> dict[str, Written]:
    """The texts of the table, by key; none if there is no such table.

    Raises SelectionError for a file that is not valid TOML, a table that is not one, a key that is
    not among the known ones, and a value that is not a text.
    """
    file = read_toml(path)
    table = _table(file, TABLE)
    found: dict[str, Written] = {}
    for key, value in table.items():
        where = file.place(*TABLE, key)
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise SelectionError(f"{where}: no role is called {key!r}; {hint}")
        if not isinstance(value, str) or not value:
            raise SelectionError(f"{where}: {key} should be the id of a model, not {value!r}")
        found[key] = Written(value, where)
    return found


def read_protected(path: Path) -> tuple[str, ...]:
    """The patterns of `[tool.registry] protected`: models that are never removed.

    Raises SelectionError for what is no list of patterns: to protect nothing then would be worse.
    """
    file = read_toml(path)
    patterns: object = _table(file, TABLE[:-1]).get("protected", [])
    if not is_list(patterns) or not all(isinstance(each, str) and each for each in patterns):
        where = file.place(*TABLE[:-1], "protected")
        raise SelectionError(f'{where}: protected should be a list such as ["mistral*"]')
    return tuple(map(str, patterns))


def read_toml(path: Path) -> TomlFile:
    """A TOML file. Raises SelectionError."""
    try:
        return read_toml_file(path)
    except FileNotFoundError as error:
        raise SelectionError(f"{path.name}: cannot be read: {error.strerror}") from None
    except TomlError as error:
        raise SelectionError(str(error)) from None


def _table(file: TomlFile, keys: tuple[str, ...]) -> JsonObject:
    """A table, empty if it is not there. Raises SelectionError for what is not a table."""
    table: JsonObject = file.data
    for depth, key in enumerate(keys, 1):
        inner = table.get(key, {})
        if not is_object(inner):
            where = file.place(*keys[:depth])
            raise SelectionError(f"{where}: {'.'.join(keys[:depth])} should be a table")
        table = inner
    return table
