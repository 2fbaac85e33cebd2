"""Read a JSON file strictly: bytes to data, with every complaint about the file itself.

The happy path is the standard library's parser; positions are found only once there is
something to point at.
"""

import json
import re
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from registry_base.json_positions import MAX_DEPTH, Positions, locate, number_too_large
from registry_base.json_shapes import Json, JsonList, JsonObject, is_list, is_object
from registry_base.problems import DocumentError, Pointer, Problem, UnreadableError, pointer_text
from registry_base.regular_file import read_regular
from registry_base.utf8 import Utf8Error, decode

EMPTY = "the file is empty"
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True)
class Document:
    """One JSON file: its name for messages, its text and its data."""

    name: str
    text: str
    data: Json  # whatever the file holds; the schema has not been applied yet

    @cached_property
    def positions(self) -> Positions:
        """Where everything is; scanned on first use, which is after the first problem."""
        return locate(self.text)

    def problem(
        self, pointer: Pointer, message: str, *, model_id: str | None = None, key: bool = False
    ) -> Problem:
        """A problem at a value of this document, or at its key."""
        line, column = self.positions.find(pointer, key=key)
        return Problem(self.name, line, column, pointer_text(pointer), message, model_id)


class _SuspectError(Exception):
    """The parser met something that only the exact scan can report."""


def read_document(path: Path, name: str | None = None) -> Document:
    """Read one JSON file strictly.

    Raises DocumentError for a file that is not UTF-8 or not strict JSON: duplicate keys, NaN, half
    surrogates, numbers beyond 64 bits, deep nesting; UnreadableError (a DocumentError) for one
    that cannot be read or is not a regular file; and FileNotFoundError.
    """
    name = name or path.as_posix()
    return parse_bytes(_read(path, name), name)


def parse_bytes(raw: bytes, name: str) -> Document:
    """Parse the content of a JSON file as strictly; `name` is for messages. Raises DocumentError.

    >>> parse_bytes(b'{"a": 1}', "a.json").data
    {'a': 1}
    """
    return parse_document(_decode(raw, name), name)


def parse_document(text: str, name: str) -> Document:
    """Parse the text of a JSON file as strictly; `name` is for messages. Raises DocumentError."""
    try:
        data = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_reject,
            parse_int=_parse_int,
            parse_float=_parse_float,
        )
    except (json.JSONDecodeError, _SuspectError, RecursionError):
        raise DocumentError(_oddities(name, text)) from None
    if (_SURROGATE_ESCAPE.search(text) or _depth(data) > MAX_DEPTH) and (
        oddities := _oddities(name, text)
    ):
        raise DocumentError(oddities)
    return Document(name, text, data)


def _read(path: Path, name: str) -> bytes:
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return read_regular(path)
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
    else:
        is_folder = stat.S_ISDIR(mode)
        # A pipe or a device would be read forever.
        reason = (
            "this is a folder; name the file in it" if is_folder else "this is not a regular file"
        )
    raise UnreadableError([Problem(name, 1, 1, "/", reason)])


def _decode(raw: bytes, name: str) -> str:
    try:
        text = decode(raw)
    except Utf8Error as error:
        _fail(name, str(error), error.line, error.column)
    if not text.strip():
        _fail(name, EMPTY)
    return text


def _fail(name: str, message: str, line: int = 1, column: int = 1) -> NoReturn:
    raise DocumentError([Problem(name, line, column, "/", message)]) from None


def _oddities(name: str, text: str) -> list[Problem]:
    positions = locate(text)
    return [
        Problem(name, *positions.line_column(offset), pointer_text(pointer), message)
        for offset, pointer, message in positions.oddities
    ]


def _depth(data: object) -> int:
    deepest, layer = 0, [data]
    while layer and deepest <= MAX_DEPTH:
        deepest += 1
        layer = [child for node in layer for child in _nested(node)]
    return deepest


def _nested(node: object) -> JsonList:
    children = node.values() if is_object(node) else node if is_list(node) else ()
    return [child for child in children if is_object(child) or is_list(child)]


def _unique(pairs: list[tuple[str, Json]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _SuspectError
    return members


def _reject(_: str) -> NoReturn:
    raise _SuspectError


def _parse_int(literal: str) -> int:
    if len(literal) > 18 and number_too_large(literal):
        raise _SuspectError
    return int(literal)


def _parse_float(literal: str) -> float:
    value = float(literal)
    if value in (float("inf"), float("-inf")):
        raise _SuspectError
    return value
