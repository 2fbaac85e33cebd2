"""The values of an entry, as Python values of the fields of its class."""

from collections.abc import Iterable

from registry_base.json_shapes import Json, is_list, is_object, is_tuple, look_up
from registry_base.quantity import parse_count
from registry_codegen.fields import SchemaField, record_fields
from registry_codegen.ir import RecordValue, SharedTuple
from registry_codegen.names import field_name
from registry_codegen.schema import Node

# Longer tuples move out of the entry into a constant of their own, shared by equal ones.
LONG_TUPLE = 12


def arguments(entry: Node, fields: Iterable[SchemaField]) -> list[tuple[str, object]]:
    """Python values of the fields an entry gives, except those that equal the default."""
    found: list[tuple[str, object]] = []
    for each in fields:
        value = look_up(entry, *each.path)
        if value is None and each.derived_from:
            text = look_up(entry, *each.derived_from)
            value = None if text is None else parse_count(text)
        if value is None:
            continue
        converted = _convert(value, each.node)
        if each.field.required or converted != each.field.default:
            found.append((each.field.name, converted))
    return found


def _convert(value: Json, node: Node) -> object:
    """A JSON value as the Python value of its schema: tuples, records, whole numbers as int."""
    steering = node.get("x-codegen", {})
    if steering.get("many"):
        return tuple(value) if is_list(value) else (value,)
    if steering.get("keys"):
        return tuple(sorted(value))
    if is_list(value):
        return tuple(_convert(item, node.get("items", {})) for item in value)
    if is_object(value) and "title" in node:
        name = field_name(node["title"])
        return RecordValue(name, tuple(arguments(value, record_fields(node))))
    if is_object(value):
        return {key: _convert(item, {}) for key, item in sorted(value.items())}
    if isinstance(value, float) and value.is_integer() and "integer" in node.get("type", ()):
        return int(value)  # JSON Schema counts 512.0 as an integer
    return value


class SharedTuples:
    """Collects long tuples, one constant for equal ones, named after the first model with it."""

    def __init__(self) -> None:
        self.tuples: dict[tuple[object, ...], SharedTuple] = {}

    def replace(self, value: object, name: str) -> object:
        """What to write in place of a value."""
        if not is_tuple(value) or len(value) <= LONG_TUPLE:
            return value
        if not all(isinstance(item, str) for item in value):
            return value
        return self.tuples.setdefault(value, SharedTuple(name, value))
