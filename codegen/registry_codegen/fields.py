"""Derive the fields of the generated dataclasses from the JSON Schema.

No field is listed in Python: a property of the schema becomes a field, its description the
field's docstring, its enum a Literal. The schema's `x-codegen` keyword steers the shape:

    flatten        a section (`specs`): its properties become fields of the model itself
    name           the Python name, where the JSON key would be ambiguous (`architecture.type`)
    alias          the name of the Literal that an enum becomes
    many           one value or a list of them in JSON, always a tuple in Python
    keys           only the keys of the object reach Python
    derived_from   an integer read off the text of a sibling ("110M") unless given
    of_type        the type of model whose id this is (roles of `selected`; see rules/selected.py)
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from registry_base.json_shapes import Json
from registry_codegen.names import field_name
from registry_codegen.schema import Node, known_types, type_schema

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


@dataclass(frozen=True)
class Field:
    """One field of a generated class."""

    name: str
    path: tuple[str, ...]  # keys from the entry (or the record) down to the value
    annotation: str
    description: str
    required: bool
    default: Json  # None stands for unknown, [] for () and {} for an empty mapping
    node: Node
    derived_from: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Record:
    """A nested class (`Prompts`, `Variant`): named by the `title` of its schema."""

    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Vocabulary:
    """A closed set of words: an enum of the schema, a Literal in Python."""

    name: str
    words: tuple[str, ...]


@lru_cache(maxsize=64)
def model_fields(model_type: str) -> tuple[Field, ...]:
    """The fields of the class of one type, in the schema's order."""
    return tuple(_fields(type_schema(model_type), (), required=True))


@lru_cache(maxsize=1)
def common_fields() -> tuple[Field, ...]:
    """The fields every type has: those of ModelInfo.

    Where types differ in what they require, ModelInfo's field may be None but has no default,
    and each class declares its own.
    """
    by_type = [{f.name: f for f in model_fields(t)} for t in (*known_types(), "")]
    common: list[Field] = []
    for name in by_type[0]:
        variants = [fields[name] for fields in by_type if name in fields]
        if len(variants) == len(by_type):
            optional = next((field for field in variants if not field.required), variants[0])
            differ = len({(field.annotation, field.required) for field in variants}) > 1
            common.append(replace(optional, required=True) if differ else optional)
    return tuple(common)


def records(fields: tuple[Field, ...]) -> Iterator[Record]:
    """The nested classes these fields need, inner ones first."""
    for field in fields:
        node = field.node.get("items", field.node)
        if "title" in node:
            record = record_of(node)
            yield from records(record.fields)
            yield record


@lru_cache(maxsize=1)
def vocabularies() -> tuple[Vocabulary, ...]:
    """The enums of the schema, by name."""
    found: dict[str, Vocabulary] = {}
    for model_type in (*known_types(), ""):
        for field in model_fields(model_type):
            node = field.node.get("items", field.node)
            if "enum" in node:
                name = field_name(node["x-codegen"]["alias"])
                words = tuple(word for word in node["enum"] if word is not None)
                found[name] = Vocabulary(name, words)
    return tuple(found[name] for name in sorted(found))


def record_of(node: Node) -> Record:
    """The nested class of an object schema with a title."""
    return Record(
        field_name(node["title"]), node["description"], tuple(_fields(node, (), required=True))
    )


def _fields(node: Node, path: tuple[str, ...], *, required: bool) -> Iterator[Field]:
    for key, child in node["properties"].items():
        if child is False or (path, key) == ((), "type"):
            continue
        needed = required and key in node.get("required", ())
        if child.get("x-codegen", {}).get("flatten"):
            yield from _fields(child, (*path, key), required=needed)
        else:
            yield _field((*path, key), child, node, needed=needed)


def _field(path: tuple[str, ...], node: Node, parent: Node, *, needed: bool) -> Field:
    steering = node.get("x-codegen", {})
    derived = steering.get("derived_from")
    if derived:
        needed = derived in parent.get("required", ())
    # A key that must be there may hold null: the publisher declares no licence.
    needed = needed and "null" not in node.get("type", ())
    python_type, default = _python_type(node), node.get("default")
    if python_type.startswith("tuple["):
        default = []
    if not needed and default is None:
        python_type += " | None"
    return Field(
        name=field_name(steering.get("name", path[-1])),
        path=path,
        annotation=python_type,
        description=node["description"],
        required=needed and "default" not in node,
        default=default,
        node=node,
        derived_from=(*path[:-1], derived) if derived else None,
    )


def _python_type(node: Node) -> str:
    steering = node.get("x-codegen", {})
    if "enum" in node:
        return field_name(steering["alias"])
    if steering.get("many") or steering.get("keys"):
        return "tuple[str, ...]"
    types = [node["type"]] if isinstance(node["type"], str) else list(node["type"])
    (kind,) = (name for name in types if name != "null")
    match kind:
        case "array":
            return f"tuple[{_python_type(node['items'])}, ...]"
        case "object" if "title" in node:
            return field_name(node["title"])
        case "object":
            return "Mapping[str, object]"
        case _:
            return _SCALARS[kind]
