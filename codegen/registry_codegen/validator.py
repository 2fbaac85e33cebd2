"""A jsonschema validator with a short cut for plain values.

jsonschema makes a validator object for every value it looks at; for catalogues most of them
are short strings and small numbers, and making the objects is most of the time of a build.
Values that are plainly right are accepted here without one; everything else, every error
included, goes the ordinary way.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, validators

from registry_codegen.shapes import is_list, is_object

_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool}
_CHECKED = frozenset({"type", "minLength", "maxLength", "minimum"})
_ANNOTATIONS = frozenset(
    {"description", "examples", "default", "title", "x-codegen", "patternErrorMessage"}
)


def plainly_valid(value: object, schema: Any) -> bool:
    """Whether a value is certainly valid. False says nothing: then jsonschema decides.

    >>> plainly_valid("bert", {"type": "string", "minLength": 1})
    True
    >>> plainly_valid("bert", {"type": "string", "pattern": "^b"})
    False
    """
    if isinstance(value, str | bool):
        size = len(value) if isinstance(value, str) else 1
    elif isinstance(value, int):
        size = 1
    else:
        return False
    limits = _limits(schema) if is_object(schema) else None
    if limits is None:
        return False
    types, shortest, longest, least = limits
    if type(value) not in types:
        return False
    return shortest <= size <= longest and (type(value) is not int or value >= least)


Limits = tuple[frozenset[type], float, float, float]
# By identity: schemas are not hashable. The schema is kept, so that its id is not reused.
_read: dict[int, tuple[dict[str, Any], Limits | None]] = {}


def _limits(schema: dict[str, Any]) -> Limits | None:
    known = _read.get(id(schema))
    if known is None:
        known = _read[id(schema)] = (schema, _read_limits(schema))
    return known[1]


def _read_limits(schema: dict[str, Any]) -> Limits | None:
    if not schema.keys() <= _CHECKED | _ANNOTATIONS or "type" not in schema:
        return None
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    types = frozenset(_TYPES[name] for name in names if name in _TYPES)
    return (
        types,
        schema.get("minLength", 0),
        schema.get("maxLength", float("inf")),
        schema.get("minimum", float("-inf")),
    )


# jsonschema calls keywords with four arguments and types none of them: hence Any.
def _properties(validator: Any, properties: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if is_object(instance):
        for name, subschema in properties.items():
            if name in instance and not plainly_valid(instance[name], subschema):
                yield from validator.descend(instance[name], subschema, path=name, schema_path=name)


def _items(validator: Any, items: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    if is_list(instance):
        for index, item in enumerate(instance):
            if not plainly_valid(item, items):
                yield from validator.descend(item, items, path=index)


@lru_cache(maxsize=1)
def validator_class() -> Any:
    """Draft 2020-12 with the short cut. Schemas with `prefixItems` are not for it."""
    untyped: Any = validators
    return untyped.extend(Draft202012Validator, {"properties": _properties, "items": _items})
