"""Untrusted values: of the right type and of sane size, or nothing."""

from __future__ import annotations

from typing import Any

from registry_base.json_shapes import is_list

_LARGEST = 2**53  # a catalogue is JSON: beyond, readers that use floats disagree
_LONGEST = 2000  # characters of a text; prompts are the longest


def several(value: object) -> list[Any]:
    """The items of a list, or the one value in its place."""
    return value if is_list(value) else [value]


def whole(value: object) -> int | None:
    """The value if it is a whole number from 1, not absurdly large.

    >>> whole(512), whole(0), whole(True), whole("512"), whole(10**30)
    (512, None, None, None, None)
    """
    return value if type(value) is int and 1 <= value <= _LARGEST else None


def line(value: object) -> str | None:
    """The value if it is a text that is not empty, on one line."""
    if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= _LONGEST:
        return value
    return None


def prompt(value: object) -> str | None:
    """The value if it is a text that is not empty; line feeds and tabs may be in it."""
    if not isinstance(value, str) or not value or len(value) > _LONGEST:
        return None
    return value if value.translate({0x0A: None, 0x09: None}).isprintable() else None
