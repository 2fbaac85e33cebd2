"""Telling JSON objects from lists, in a way that type checkers follow.

`isinstance(value, dict)` leaves the types of keys and values unknown; what the parser makes
has text for keys and JSON for values.
"""

from typing import Any, TypeGuard

Json = Any  # a JSON value is as free as Any; the schema says what is where
JsonObject = dict[str, Json]
JsonList = list[Json]


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[JsonList]:
    """Whether a JSON value is a list."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Whether a value is a tuple, what a JSON list becomes in Python."""
    return isinstance(value, tuple)


def look_up(value: object, path: tuple[str | int, ...]) -> Json:
    """The value at a path inside a JSON value, or None if there is none."""
    for part in path:
        if isinstance(part, str) and is_object(value):
            value = value.get(part)
        elif isinstance(part, int) and is_list(value) and part < len(value):
            value = value[part]
        else:
            return None
    return value
