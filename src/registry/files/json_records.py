"""Dataclasses from JSON, for data that may be damaged: of the right types, or an error."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from registry_base.json_shapes import is_list, is_object
from registry_base.problems import Pointer, pointer_text

T = TypeVar("T")


class ShapeError(ValueError):
    """Data has the wrong type; `pointer` says where, `message` what is expected."""

    def __init__(self, pointer: Pointer, message: str) -> None:
        super().__init__(f"{pointer_text(pointer)} {message}")
        self.pointer = pointer
        self.message = message


def from_json(wanted: type[T], value: object, pointer: Pointer = ()) -> T:
    """Build a dataclass, and those in it, from the JSON of its `asdict`.

    Knows dataclasses, tuples of one type, mappings of text, literals, unions, texts and numbers.
    `pointer` is where the value is. Raises ShapeError if something is not as it should be.

    >>> from registry.bench.results import Latency
    >>> from_json(Latency, {"first": 1, "median": 0.5, "p95": 0.7, "samples": 9}).median
    0.5
    >>> from_json(Latency, {"first": "1", "median": 0.5, "p95": 0.7, "samples": 9})
    Traceback (most recent call last):
    ...
    registry.files.json_records.ShapeError: /first should be a number
    """
    return cast("T", _built(wanted, value, pointer))


def _built(wanted: Any, value: Any, pointer: Pointer) -> Any:  # any type, any JSON
    if is_dataclass(wanted):
        return _dataclass(wanted, value, pointer)
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin in (types.UnionType, Union):
        return _any_of(arguments, value, pointer)
    if origin is Literal and value in arguments:
        return value
    if origin is tuple and is_list(value):
        item = arguments[0]
        return tuple(_built(item, each, (*pointer, index)) for index, each in enumerate(value))
    if origin is Mapping and is_object(value):
        return {key: _built(arguments[1], each, (*pointer, key)) for key, each in value.items()}
    if wanted is float and type(value) in (int, float):
        return float(value)
    if origin is None and type(value) is wanted:  # not isinstance: true is 1 to Python
        return value
    raise ShapeError(pointer, f"should be {_name(wanted)}")


_NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def _name(wanted: Any) -> str:
    """What JSON calls a type."""
    origin = get_origin(wanted)
    if origin is Literal:
        return f"one of {', '.join(map(str, get_args(wanted)))}"
    if origin is not None:
        return "a list" if origin is tuple else "an object"
    return _NAMES[wanted]


def _dataclass(wanted: Any, value: Any, pointer: Pointer) -> Any:
    every = {field.name: field for field in fields(wanted)}
    needed = {
        name
        for name, field in every.items()
        if field.default is MISSING and field.default_factory is MISSING
    }
    if not is_object(value) or not needed <= value.keys() <= every.keys():
        raise ShapeError(pointer, f"should be an object with {', '.join(sorted(every))}")
    hints = get_type_hints(wanted)
    return wanted(
        **{name: _built(hints[name], each, (*pointer, name)) for name, each in value.items()}
    )


def _any_of(choices: tuple[Any, ...], value: Any, pointer: Pointer) -> Any:
    if value is None and types.NoneType in choices:
        return None
    problem = ShapeError(pointer, "should not be null")
    for choice in choices:
        if choice is types.NoneType:
            continue
        try:
            return _built(choice, value, pointer)
        except ShapeError as error:
            problem = error
    raise problem
