"""Dataclasses from JSON, for data that may be damaged: of the right types, or an error."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from registry_base.json_shapes import is_list, is_object

T = TypeVar("T")


def from_json(wanted: type[T], value: object, where: str = "") -> T:
    """Build a dataclass, and those in it, from what `asdict` and JSON have made of it.

    Knows dataclasses, tuples of one type, mappings of text, literals, unions, texts and numbers.
    Raises ValueError saying where what is not as it should be.

    >>> from registry.bench.results import Latency
    >>> from_json(Latency, {"first": 1, "median": 0.5, "p95": 0.7, "samples": 9}).median
    0.5
    >>> from_json(Latency, {"first": "1", "median": 0.5, "p95": 0.7, "samples": 9})
    Traceback (most recent call last):
    ...
    ValueError: /first should be float
    """
    return cast("T", _built(wanted, value, where))


def _built(wanted: Any, value: Any, where: str) -> Any:  # any type, any JSON
    if is_dataclass(wanted):
        return _dataclass(wanted, value, where)
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (types.UnionType, Union):
        return _any_of(arguments, value, where)
    if origin is Literal and value in arguments:
        return value
    if origin is tuple and is_list(value):
        return tuple(
            _built(arguments[0], item, f"{where}/{index}") for index, item in enumerate(value)
        )
    if origin is Mapping and is_object(value):
        return {key: _built(arguments[1], each, f"{where}/{key}") for key, each in value.items()}
    if wanted is float and type(value) in (int, float):
        return float(value)
    if origin is None and type(value) is wanted:  # not isinstance: true is 1 to Python
        return value
    raise ValueError(f"{where or '/'} should be {getattr(wanted, '__name__', wanted)}")


def _dataclass(wanted: Any, value: Any, where: str) -> Any:
    names = {field.name for field in fields(wanted)}
    if not is_object(value) or value.keys() != names:
        raise ValueError(f"{where or '/'} should be an object with {', '.join(sorted(names))}")
    hints = get_type_hints(wanted)
    return wanted(
        **{name: _built(hints[name], each, f"{where}/{name}") for name, each in value.items()}
    )


def _any_of(choices: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and types.NoneType in choices:
        return None
    problem = ValueError(f"{where} should not be null")
    for choice in choices:
        if choice is types.NoneType:
            continue
        try:
            return _built(choice, value, where)
        except ValueError as error:
            problem = error
    raise problem
