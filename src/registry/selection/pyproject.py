"""What `[tool.registry]` of a pyproject.toml says, and on which line."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from registry.errors import SelectionError
from registry_base.folders import upwards
from registry_base.json_shapes import JsonObject, is_list, is_object
from registry_base.toml_file import TomlError, TomlFile
from registry_base.toml_file import read_toml as read_toml_file

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TABLE = ("tool", "registry", "selected")


@dataclass(frozen=True)
class Written:
    """The text of a key, and where it is: "pyproject.toml:12".

    variable: the environment variable that the file names, if the text comes from it.
    """

    text: str
    place: str
    variable: str | None = None


def find_pyproject() -> Path | None:
    """The nearest pyproject.toml, from the current folder upwards."""
    return next(upwards("pyproject.toml"), None)


def read_selected(path: Path, known: tuple[str, ...]) -> dict[str, Written]:
    """The texts of the table, by key; none if there is no such table.

    A value is the name of a model, or `{env = "VARIABLE", default = "NAME"}`: a variable of the
    project's own. An empty one counts as unset; without a default, the key then says nothing.

    Raises SelectionError for a file that is not valid TOML, something else in place of the table, a
    key that is not among the known ones, and a value that is neither.
    """
    file = read_toml(path)
    table = _table(file, TABLE)
    found: dict[str, Written] = {}
    for key, value in table.items():
        where = file.place(*TABLE, key)
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise SelectionError(f"{where}: there is no role {key!r}; {hint}")
        if is_object(value):
            written = _from_variable(value, where, key)
        elif isinstance(value, str) and value:
            written = Written(value, where)
        else:
            raise SelectionError(f"{where}: {key} should be the id of a model, not {value!r}")
        if written is not None:
            found[key] = written
    return found


def _from_variable(value: JsonObject, where: str, key: str) -> Written | None:
    """What a table with a variable says now. Raises SelectionError for one that names none."""
    variable, default = value.get("env"), value.get("default")
    if not (isinstance(variable, str) and _VARIABLE.fullmatch(variable)) or (
        default is not None and not (isinstance(default, str) and default)
    ):
        raise SelectionError(
            f'{where}: {key} should be the id of a model, or {{env = "VARIABLE", default = "ID"}}'
        )
    if unknown := sorted(value.keys() - {"env", "default"}):
        raise SelectionError(f"{where}: {key} has no key {unknown[0]!r}; there are env, default")
    if text := os.environ.get(variable):
        return Written(text, where, variable)
    return None if default is None else Written(default, where)


def read_protected(path: Path) -> tuple[str, ...]:
    """The patterns of `[tool.registry] protected`: models that are never removed.

    Raises SelectionError for anything but a list of patterns, and for a misspelled key: to protect
    nothing would be worse.
    """
    file = read_toml(path)
    table = _table(file, TABLE[:-1])
    known = (TABLE[-1], "protected")
    if unknown := [key for key in table if key not in known]:
        where = file.place(*TABLE[:-1], unknown[0])
        raise SelectionError(f"{where}: unknown key {unknown[0]!r}; there are {', '.join(known)}")
    patterns: object = table.get("protected", [])
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
