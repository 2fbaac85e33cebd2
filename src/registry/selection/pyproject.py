"""What `[tool.registry.selected]` of a pyproject.toml says, and in which line."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from registry.errors import SelectionError

TABLE = ("tool", "registry", "selected")
TomlTable = dict[str, Any]  # TOML is as free as Any

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True)
class Written:
    """A text somebody wrote for a key, and where: "pyproject.toml:12"."""

    text: str
    place: str


def find_pyproject() -> Path | None:
    """The nearest pyproject.toml, from the current folder upwards."""
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # the current folder has been removed
        return None
    paths = (each / "pyproject.toml" for each in (folder, *folder.parents))
    return next((path for path in paths if _is_file(path)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder further up that we may not look into
        return False


def shown(path: Path) -> str:
    """A path for messages: the mere name if it lies in the current folder.

    >>> shown(Path.cwd() / "pyproject.toml")
    'pyproject.toml'
    """
    return path.name if path.parent == Path.cwd() else str(path)


def read_selected(path: Path, known: tuple[str, ...]) -> dict[str, Written]:
    """The texts of the table, by key; none if there is no such table.

    Raises SelectionError for a file that is no TOML, a table that is none, a key that is not
    among the known ones, and a value that is no text.
    """
    text, table = read_toml(path)
    for depth, key in enumerate(TABLE, 1):
        inner = table.get(key, {})
        if not is_table(inner):
            where = _place(path, text, TABLE[:depth])
            raise SelectionError(f"{where}: {'.'.join(TABLE[:depth])} should be a table")
        table = inner
    found: dict[str, Written] = {}
    for key, value in table.items():
        where = _place(path, text, (*TABLE, key))
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
    text, data = read_toml(path)
    table: Any = data
    for depth, key in enumerate(TABLE[:-1], 1):
        table = table.get(key, {})
        if not is_table(table):
            where = _place(path, text, TABLE[:depth])
            raise SelectionError(f"{where}: {'.'.join(TABLE[:depth])} should be a table")
    patterns: object = table.get("protected", [])
    if not _is_list(patterns) or not all(isinstance(each, str) and each for each in patterns):
        where = _place(path, text, (*TABLE[:-1], "protected"))
        raise SelectionError(f'{where}: protected should be a list such as ["mistral*"]')
    return tuple(map(str, patterns))


def read_toml(path: Path) -> tuple[str, TomlTable]:
    """A TOML file, as text with its own line ends and as data. Raises SelectionError."""
    name = shown(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SelectionError(f"{name}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SelectionError(f"{name}: not UTF-8 (byte {error.start})") from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        if place := _PLACE.search(message):
            name = f"{name}:{place[1]}:{place[2]}"
            message = message[: place.start()]
        else:
            name = f"{name}:{len(text.splitlines())}"
            message = message.removesuffix(" (at end of document)")
        raise SelectionError(f"{name}: no TOML: {message[:1].lower()}{message[1:]}") from None
    except ValueError:
        raise SelectionError(f"{name}: a number has too many digits") from None
    except RecursionError:
        raise SelectionError(f"{name}: nested too deeply") from None


def is_table(value: object) -> TypeGuard[TomlTable]:
    """Whether a TOML value is a table."""
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _place(path: Path, text: str, keys: tuple[str, ...]) -> str:
    """The file, and the line that has a key if one can be told."""
    lines = text.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        # The standard parser tells no lines: so, the first line up to which the key is there.
        if keys[-1] in line and _has("\n".join(lines[:number]), keys):
            return f"{shown(path)}:{number}"
    return shown(path)


def _has(text: str, keys: tuple[str, ...]) -> bool:
    try:
        table: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    for key in keys:
        if not is_table(table) or key not in table:
            return False
        table = table[key]
    return True
