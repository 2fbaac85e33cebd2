"""A TOML file as data, and the line that each key is on.

The standard parser does not report lines. They are found by parsing prefixes of the text, which is
slow, so it is done for messages only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from registry_base.folders import shown
from registry_base.json_shapes import JsonObject, is_object
from registry_base.regular_file import read_regular
from registry_base.utf8 import Utf8Error, decode

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


class TomlError(ValueError):
    """A TOML file cannot be read; the message begins with the file, and the place if known."""


@dataclass(frozen=True)
class TomlFile:
    """A TOML file: `name` is how messages call it, `text` has its own line ends."""

    name: str
    text: str
    data: JsonObject

    def table(self, *keys: str) -> JsonObject | None:
        """The table at a path of keys; None if there is none, or something else is there."""
        value: object = self.data
        for key in keys:
            value = value.get(key) if is_object(value) else None
        return value if is_object(value) else None

    def place(self, *keys: str) -> str:
        r"""The file and the line that has a key, "pyproject.toml:12"; the file alone if unknown.

        >>> TomlFile("a.toml", "[tool]\nname = 1\n", {"tool": {"name": 1}}).place("tool", "name")
        'a.toml:2'
        """
        lines = self.text.replace("\r\n", "\n").split("\n")
        for number, line in enumerate(lines, 1):
            # The first line up to which the key is there.
            if keys[-1] in line and _has("\n".join(lines[:number]), keys):
                return f"{self.name}:{number}"
        return self.name


def read_toml(path: Path, name: str | None = None) -> TomlFile:
    """Read a TOML file. Raises TomlError; FileNotFoundError if it is not there."""
    name = name or shown(path)
    try:
        text = decode(read_regular(path))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise TomlError(f"{name}: cannot be read: {error.strerror}") from None
    except Utf8Error as error:
        raise TomlError(f"{name}:{error.line}:{error.column}: {error}") from None
    try:
        return TomlFile(name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        if place := _PLACE.search(message):
            name = f"{name}:{place[1]}:{place[2]}"
            message = message[: place.start()]
        else:
            name = f"{name}:{len(text.splitlines())}"
            message = message.removesuffix(" (at end of document)")
        problem = f"{message[:1].lower()}{message[1:]}"
        raise TomlError(f"{name}: invalid TOML: {problem}") from None
    except ValueError:
        raise TomlError(f"{name}: a number has too many digits") from None
    except RecursionError:
        raise TomlError(f"{name}: nested too deeply") from None


def _has(text: str, keys: tuple[str, ...]) -> bool:
    try:
        value: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    for key in keys:
        if not is_object(value) or key not in value:
            return False
        value = value[key]
    return True
