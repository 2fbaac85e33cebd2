"""Where in a JSON text each value is, and what strict JSON does not allow.

The standard parser is fast but forgets positions, keeps the last of two equal keys and accepts NaN.
This scanner is slow and exact; it runs only when something is wrong.
"""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NoReturn

from registry_base.problems import Pointer

MAX_DEPTH = 32
MAX_INTEGER = 2**63 - 1

_STRINGS = json.JSONDecoder()  # used where a string is known to begin
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORD = re.compile(r"-?[A-Za-z]+")


def number_too_large(literal: str) -> bool:
    """Whether a JSON number does not fit a 64-bit integer or a finite float."""
    if literal.lstrip("-").isdigit():
        # No int(): Python refuses to read very long ones.
        return len(literal) > 20 or abs(int(literal)) > MAX_INTEGER
    return float(literal) in (float("inf"), float("-inf"))


def has_lone_surrogate(value: str) -> bool:
    """Whether a string contains half a surrogate pair, which UTF-8 cannot carry."""
    return any("\ud800" <= character <= "\udfff" for character in value)


@dataclass
class Positions:
    """Offsets of every value and key of one JSON text, and the oddities met on the way."""

    text: str
    values: dict[Pointer, int] = field(default_factory=dict[Pointer, int])
    keys: dict[Pointer, int] = field(default_factory=dict[Pointer, int])
    oddities: list[tuple[int, Pointer, str]] = field(default_factory=list[tuple[int, Pointer, str]])

    def __post_init__(self) -> None:
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, in characters."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def find(self, pointer: Pointer, *, key: bool = False) -> tuple[int, int]:
        """Line and column of a value (or of its key), else of the nearest parent that exists."""
        if key and pointer in self.keys:
            return self.line_column(self.keys[pointer])
        while pointer and pointer not in self.values:
            pointer = pointer[:-1]
        return self.line_column(self.values.get(pointer, 0))


# The parser's words for broken texts, and ours.
_CURES = {
    "Unterminated string starting at": 'this string never ends; close it with "',
    "Invalid control character at": "a line break or control character in a text; "
    'close the text with ", or write \\n',
    "Invalid \\escape": 'a lone backslash in a text; write "\\\\"',
    "Invalid \\uXXXX escape": "four hexadecimal digits follow \\u",
}
# Beginnings of what is not JSON, and what to do instead.
_STRAY = {
    "'": "write double quotes",
    "/": "JSON has no comments; remove it",
    "#": "JSON has no comments; remove it",
}


class _TooDeepError(Exception):
    pass


def locate(text: str) -> Positions:
    """Scan a JSON text. Where it is not JSON at all the scan stops, and the last oddity says why.

    >>> locate('{"a": [1, 2]}').find(("a", 1))
    (1, 11)
    """
    scanner = _Scanner(text)
    # Where the text breaks off, the offsets found so far are still right.
    try:
        scanner.value(())
        scanner.end()
    except json.JSONDecodeError as error:
        scanner.found.oddities.append((error.pos, (), _CURES.get(error.msg, error.msg)))
    except IndexError:
        at = len(text.rstrip())
        scanner.found.oddities.append((at, (), "the file ends too early; complete it"))
    except _TooDeepError:
        pass  # which is an oddity already
    return scanner.found


class _Scanner:
    """A recursive-descent reader of JSON that keeps offsets instead of values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found = Positions(text)

    def value(self, pointer: Pointer) -> None:
        self._space()
        self.found.values[pointer] = self.at
        if len(pointer) > MAX_DEPTH:
            self._odd(pointer[:MAX_DEPTH], f"nested deeper than {MAX_DEPTH} levels; flatten it")
            raise _TooDeepError
        match self.text[self.at]:
            case "{":
                self._members(pointer)
            case "[":
                self._items(pointer)
            case '"':
                self._string(pointer)
            case _:
                self._scalar(pointer)

    def _members(self, pointer: Pointer) -> None:
        seen = set[str]()
        self._take("{")
        while not self._closes("}", first=not seen):
            start = self.at
            key = self._string(pointer)
            child = (*pointer, key)
            if key in seen:
                self._odd(child, f'"{key}" appears here twice; keep one of them', start)
            seen.add(key)
            self.found.keys.setdefault(child, start)
            self._take(":")
            self.value(child)

    def _items(self, pointer: Pointer) -> None:
        index = 0
        self._take("[")
        while not self._closes("]", first=index == 0):
            self.value((*pointer, index))
            index += 1

    def _closes(self, bracket: str, *, first: bool) -> bool:
        self._space()
        if self.text[self.at] == bracket:
            self.at += 1
            return True
        if not first:
            comma = self.at
            self._take(",")
            self._space()
            if self.text[self.at] == bracket:
                self._break("a comma before the closing bracket; remove it", comma)
        return False

    def _string(self, pointer: Pointer) -> str:
        self._space()
        start = self.at
        if self.text[start] != '"':
            self._break(f"a key in double quotes belongs here, not {self.text[start]}", start)
        value, self.at = _STRINGS.raw_decode(self.text, start)
        assert isinstance(value, str)
        if has_lone_surrogate(value):
            self._odd(pointer, "contains half a surrogate pair; write the whole character", start)
        return value

    def _scalar(self, pointer: Pointer) -> None:
        start = self.at
        if number := _NUMBER.match(self.text, start):
            self.at = number.end()
            if number_too_large(number.group()):
                message = "number too large: stay within 64-bit integers and finite floats"
                self._odd(pointer, message, start)
            return
        word = _WORD.match(self.text, start)
        if word is None:
            self._break(f"a value belongs here, not {self.text[start]}", start)
        self.at = word.end()
        if word.group() not in ("true", "false", "null"):
            small = word.group().lower()
            cure = f"write {small}" if small in ("true", "false") else "write null or leave it out"
            message = f"{word.group()} is not JSON; {cure}"
            self._odd(pointer, message, start)

    def end(self) -> None:
        """Make sure that nothing follows."""
        self._space()
        if self.at < len(self.text):
            self._break("something follows the end of the document; remove it", self.at)

    def _break(self, message: str, offset: int) -> NoReturn:
        raise json.JSONDecodeError(_STRAY.get(self.text[offset], message), self.text, offset)

    def _take(self, character: str) -> None:
        self._space()
        if self.text[self.at] != character:
            self._break(f"{character} is missing in front of {self.text[self.at]}", self.at)
        self.at += 1

    def _space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        assert match is not None  # the pattern matches the empty string
        self.at = match.end()

    def _odd(self, pointer: Pointer, message: str, offset: int | None = None) -> None:
        self.found.oddities.append((self.at if offset is None else offset, pointer, message))
