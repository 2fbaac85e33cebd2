"""A jsonschema validator with a shortcut for plain values.

jsonschema makes a validator object for every value it checks; in catalogues most values are short
strings and small numbers, and making the objects takes most of a build. Values that are plainly
right are accepted here without one; everything else, including errors, goes the ordinary way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from registry_base.json_shapes import JsonObject, is_list, is_object
from registry_codegen.json_schema import Draft202012Validator, ValidationError, validators

_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool}
_ANNOTATIONS = frozenset(
    {"description", "examples", "default", "title", "x-codegen", "patternErrorMessage"}
)
_SCALAR = frozenset({"type", "minLength", "maxLength", "minimum", "pattern", "enum"})
_ARRAY = frozenset({"type", "items", "uniqueItems"})


@dataclass(frozen=True)
class _Limits:
    """What a schema of plain values requires."""

    types: frozenset[type]
    words: frozenset[str] | None
    pattern: re.Pattern[str] | None
    shortest: int
    longest: float
    least: float
    items: JsonObject | None


def plainly_valid(value: object, schema: object) -> bool:
    """Whether a value is certainly valid. False says nothing: then jsonschema decides.

    >>> plainly_valid("bert", {"type": "string", "minLength": 1})
    True
    >>> plainly_valid("bert", {"type": "string", "format": "uri"})
    False
    """
    limits = _limits(schema) if is_object(schema) else None
    if limits is None:
        return False
    if isinstance(value, str):
        return (
            (str in limits.types if limits.words is None else value in limits.words)
            and limits.shortest <= len(value) <= limits.longest
            and (limits.pattern is None or limits.pattern.search(value) is not None)
        )
    if isinstance(value, bool | int):
        return type(value) in limits.types and (isinstance(value, bool) or value >= limits.least)
    if limits.items is None or not is_list(value):
        return False
    # Texts only: 1, 1.0 and True are equal in Python, but not all equal in JSON Schema.
    texts = [item for item in value if isinstance(item, str)]
    if len(texts) != len(value) or len(set(texts)) != len(texts):
        return False
    return all(plainly_valid(item, limits.items) for item in texts)


# By identity: schemas are not hashable. The schema is kept, so that its id is not reused.
_read: dict[int, tuple[JsonObject, _Limits | None]] = {}


def _limits(schema: JsonObject) -> _Limits | None:
    known = _read.get(id(schema))
    if known is None:
        known = _read[id(schema)] = (schema, _read_limits(schema))
    return known[1]


def _read_limits(schema: JsonObject) -> _Limits | None:
    keywords = schema.keys() - _ANNOTATIONS
    if schema.get("type") == "array" and keywords <= _ARRAY and is_object(schema.get("items")):
        return _Limits(frozenset(), None, None, 0, 0, 0, schema["items"])
    words = schema.get("enum")
    if not keywords <= _SCALAR or not ("type" in schema or words is not None):
        return None
    if words is not None and keywords != {"enum"}:
        return None
    names = schema.get("type", "string")
    names = [names] if isinstance(names, str) else names
    return _Limits(
        types=frozenset(_TYPES[n] for n in names if n in _TYPES) if words is None else frozenset(),
        words=None if words is None else frozenset(w for w in words if isinstance(w, str)),
        pattern=re.compile(schema["pattern"]) if "pattern" in schema else None,
        shortest=schema.get("minLength", 0),
        longest=schema.get("maxLength", float("inf")),
        least=schema.get("minimum", float("-inf")),
        items=None,
    )


# jsonschema calls keywords with four arguments and types none of them: hence Any.
def _properties(validator: Any, properties: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if is_object(instance):
        for name, subschema in properties.items():
            if name not in instance or plainly_valid(instance[name], subschema):
                continue
            if subschema is False:  # jsonschema itself forgets the path here
                yield ValidationError("no such field", validator="false", path=(name,))
            else:
                yield from validator.descend(instance[name], subschema, path=name, schema_path=name)


def _items(validator: Any, items: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if is_list(instance):
        for index, item in enumerate(instance):
            if not plainly_valid(item, items):
                yield from validator.descend(item, items, path=index)


def _additional(validator: Any, allowed: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if is_object(instance) and "patternProperties" not in schema:
        rest = instance.keys() - schema.get("properties", {}).keys()
        if all(plainly_valid(instance[name], allowed) for name in rest):
            return
    known: Any = Draft202012Validator.VALIDATORS
    yield from known["additionalProperties"](validator, allowed, instance, schema)


@lru_cache(maxsize=1)
def validator_class() -> Any:  # a class that jsonschema makes
    """Draft 2020-12 with the shortcut. Schemas with `prefixItems` are not for it."""
    untyped: Any = validators  # its `extend` is typed in part
    ours = {"properties": _properties, "items": _items, "additionalProperties": _additional}
    return untyped.extend(Draft202012Validator, ours)
