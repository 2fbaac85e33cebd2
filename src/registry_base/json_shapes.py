"""Looking into JSON and TOML data of any shape.

`isinstance(value, dict)` would leave a type checker without the types of keys and values; here they
may be anything.
"""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

Json: TypeAlias = Any  # a JSON value is as free as Any; a schema says what is where
JsonObject: TypeAlias = dict[str, Json]
JsonList: TypeAlias = list[Json]


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a value is a JSON object or a TOML table."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a list."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    """Whether a value is a tuple, which a JSON list becomes in Python."""
    return isinstance(value, tuple)


def look_up(value: object, *path: str | int) -> Json:
    """The value at a path of keys and indexes, or None.

    >>> look_up({"specs": {"matryoshka_dims": [64, 128]}}, "specs", "matryoshka_dims", 1)
    128
    >>> look_up({"specs": [1]}, "specs", "embedding_dim")
    """
    for part in path:
        if isinstance(part, str):
            value = value.get(part) if is_object(value) else None
        else:
            value = value[part] if is_list(value) and part < len(value) else None
    return value
