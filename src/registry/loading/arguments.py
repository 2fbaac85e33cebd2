"""Arguments of `load` from callers without a type checker: from settings, YAML, the environment."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from registry.errors import InputError
from registry.secret import Secret

# A declared type -> what is accepted for it, and how a message calls that. NumPy's numbers count.
_ACCEPTED: dict[object, tuple[type, str]] = {
    bool: (bool, "True or False"),
    int: (Integral, "a whole number"),
    float: (Real, "a number"),
    str: (str, "text"),
    Path: (PathLike, "a path"),
    Secret: (Secret, "a Secret"),
}
# May be or contain a password.
_PRIVATE = ("api_key", "base_url")


def check_arguments(given: Mapping[str, Any], declared: type) -> None:
    """Make sure that arguments are of the types that a TypedDict declares.

    The text "no" is true, so a switch given as text would be on. Raises InputError naming every
    argument of another type, TypeError for one that is not declared.

    >>> from registry.loading.load import LoadArguments
    >>> check_arguments({"trust_remote_code": "no"}, LoadArguments)
    Traceback (most recent call last):
    registry.errors.InputError: trust_remote_code should be True or False, not 'no'
    """
    types = _types(declared)
    for name in sorted(given.keys() - types.keys()):
        near = difflib.get_close_matches(name, types, n=1)
        raise TypeError(f"load takes no argument {name!r}{_meant(near)}")
    if problems := list(_problems(given, types)):
        raise InputError("; ".join(problems))


def _meant(near: list[str]) -> str:
    return f"; did you mean {near[0]!r}?" if near else ""


def _problems(given: Mapping[str, Any], types: Mapping[str, tuple[object, ...]]) -> Iterator[str]:
    for name, value in given.items():
        if not any(_is(value, each) for each in types[name]):
            wanted = [_ACCEPTED[each][1] for each in types[name] if each in _ACCEPTED]
            shown = type(value).__name__ if name in _PRIVATE else reprlib.repr(value)
            yield f"{name} should be {' or '.join(wanted)}, not {shown}"


def _is(value: object, declared: object) -> bool:
    if declared not in _ACCEPTED:
        return value is None and declared is type(None)
    accepted, _ = _ACCEPTED[declared]
    return isinstance(value, accepted) and (declared is bool or not isinstance(value, bool))


@lru_cache(maxsize=8)
def _types(declared: type) -> dict[str, tuple[object, ...]]:
    return {name: tuple(_members(hint)) for name, hint in get_type_hints(declared).items()}


def _members(hint: object) -> Iterator[object]:
    """What a hint is a union of; backends check the values of literals, which are texts."""
    if get_origin(hint) in (Union, UnionType):
        for each in get_args(hint):
            yield from _members(each)
    else:
        yield str if get_origin(hint) is Literal else hint
