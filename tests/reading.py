"""Read a catalogue's JSON as the generated classes should show it, without the generator.

Everything here is derived only from the published schema and the entry: an independent result
that the round-trip tests compare with.
"""

from typing import Any

from catalogues import SCHEMA, Json
from consistency import count_of


def expected(entry: Json) -> dict[str, Any]:
    """Field names and plain values (tuples, dicts, numbers) of an entry."""
    return _section(SCHEMA["$defs"]["model"], entry, entry["type"])


def plain(value: Any) -> Any:
    """A value of a generated class in the form of `expected`: records and mappings as dicts."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two plain values are equal, including types: 1, 1.0 and True all differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)


def _section(node: Json, data: Json, model_type: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, child in node["properties"].items():
        steering = child.get("x-codegen", {})
        if steering.get("flatten"):
            found |= _section(child, data.get(key) or {}, model_type)
        elif key != "type" or node is not SCHEMA["$defs"]["model"]:
            value = _value(child, data.get(key))
            if value is None and "derived_from" in steering:
                text = data.get(steering["derived_from"])
                value = None if text is None else count_of(text)
            if key == "multi_vector" and key not in data and model_type == "colbert":
                value = True  # the only default that depends on the type
            found[steering.get("name", key)] = value
    return found


def _value(node: Json, value: Any) -> Any:
    steering = node.get("x-codegen", {})
    if steering.get("many"):
        return () if value is None else tuple(value) if isinstance(value, list) else (value,)
    if steering.get("keys"):
        return tuple(sorted(value or ()))
    if node.get("type") == "array":
        return tuple(_value(node["items"], item) for item in value or ())
    if "title" in node:
        return _section(node, value, "")
    if node.get("type") == "object":
        return _frozen(value or {})
    if value is None:
        return node.get("default")
    if isinstance(value, float) and "integer" in node.get("type", ()):
        return int(value)
    return value


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value
