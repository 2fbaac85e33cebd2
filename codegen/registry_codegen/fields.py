"""Derive the fields of the generated classes from the JSON Schema.

No field is listed in Python: a property of the schema becomes a field, its description the
field's docstring, its enum a Literal. The schema's `x-codegen` keyword controls the shape:

    flatten        a section (`specs`): its properties become fields of the model itself
    name           the Python name, where the JSON key would be ambiguous (`architecture.type`)
    alias          the name of the Literal that an enum becomes
    many           one value or a list of them in JSON, always a tuple in Python
    keys           only the keys of the object reach Python
    total          never None in Python if every entry of a catalogue gives it
    derived_from   an integer parsed from the text of a sibling ("110M") unless given
    of_type        the type of model whose id this is (roles of `selected`; see rules/selected.py)
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from registry_codegen.ir import Field, Record, Vocabulary
from registry_codegen.literals import literal_annotation
from registry_codegen.names import field_name
from registry_codegen.schema import Node, known_types, type_schema

_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


@dataclass(frozen=True)
class SchemaField:
    """A field, and where its value is in an entry.

    `path` are the keys from the entry (or the record) down to the value, `node` is what the
    schema says about it.
    """

    field: Field
    path: tuple[str, ...]
    node: Node
    derived_from: tuple[str, ...] | None = None


def model_fields(model_type: str, types: object = None) -> tuple[SchemaField, ...]:
    """The fields of the class of one type, in the schema's order; then those that `types` adds."""
    known = _known_fields(model_type)
    schema = type_schema(model_type, types)
    if schema is type_schema(model_type):
        return known
    names = {each.field.name for each in known}
    every = _fields(schema, (), required=True)
    own = (each for each in every if each.field.name not in names)
    return (*known, *(replace(each, field=replace(each.field, added=True)) for each in own))


@lru_cache(maxsize=64)
def _known_fields(model_type: str) -> tuple[SchemaField, ...]:
    return tuple(_fields(type_schema(model_type), (), required=True))


@lru_cache(maxsize=1)
def common_fields() -> tuple[SchemaField, ...]:
    """The fields every type has: those of ModelInfo.

    If types differ in what they require, ModelInfo's field may be None but has no default, and each
    class declares its own.
    """
    by_type = [{f.field.name: f for f in model_fields(t)} for t in (*known_types(), "")]
    common: list[SchemaField] = []
    for name in by_type[0]:
        variants = [fields[name] for fields in by_type if name in fields]
        if len(variants) == len(by_type):
            optional = next((each for each in variants if not each.field.required), variants[0])
            differ = len({(each.field.annotation, each.field.required) for each in variants}) > 1
            if differ:
                optional = replace(optional, field=replace(optional.field, required=True))
            common.append(optional)
    return tuple(common)


def records(
    fields: tuple[SchemaField, ...],
) -> Iterator[tuple[Record, tuple[SchemaField, ...]]]:
    """The nested classes these fields need and the fields of each, inner ones first."""
    for each in fields:
        node = each.node.get("items", each.node)
        if "title" in node:
            inner = record_fields(node)
            yield from records(inner)
            name, shown = field_name(node["title"]), tuple(each.field for each in inner)
            yield Record(name, node["description"], shown), inner


@lru_cache(maxsize=1)
def vocabularies() -> tuple[Vocabulary, ...]:
    """The enums of the schema, by name."""
    found: dict[str, Vocabulary] = {}
    for model_type in (*known_types(), ""):
        for each in model_fields(model_type):
            node = each.node.get("items", each.node)
            if "enum" in node:
                name = field_name(node["x-codegen"]["alias"])
                words = tuple(word for word in node["enum"] if word is not None)
                found[name] = Vocabulary(name, words)
    return tuple(found[name] for name in sorted(found))


def record_fields(node: Node) -> tuple[SchemaField, ...]:
    """The fields of the nested class of an object schema with a title."""
    return tuple(_fields(node, (), required=True))


def _fields(node: Node, path: tuple[str, ...], *, required: bool) -> Iterator[SchemaField]:
    for key, child in node["properties"].items():
        if child is False or (path, key) == ((), "type"):
            continue
        needed = required and key in node.get("required", ())
        if child.get("x-codegen", {}).get("flatten"):
            yield from _fields(child, (*path, key), required=needed)
        else:
            yield _field((*path, key), child, node, needed=needed)


def _field(path: tuple[str, ...], node: Node, parent: Node, *, needed: bool) -> SchemaField:
    steering = node.get("x-codegen", {})
    derived = steering.get("derived_from")
    if derived:
        needed = derived in parent.get("required", ())
    # A key that must be there may hold null: the publisher declares no license.
    needed = needed and "null" not in node.get("type", ())
    python_type, default = _python_type(node), node.get("default")
    if python_type.startswith("tuple["):
        default = ()
    choices = _choices(node)
    if not needed and default is None:
        python_type = _optional(python_type, choices)
        choices = choices and (*choices, None)
    # Sections of an entry stay together; records and free forms are on their own.
    alone = node.get("type") == "object" or "title" in node.get("items", {})
    field = Field(
        name=field_name(steering.get("name", path[-1])),
        section=path[0] if alone or len(path) > 1 else None,
        annotation=python_type,
        description=node["description"],
        required=needed and "default" not in node,
        default=default,
        choices=choices,
    )
    return SchemaField(field, path, node, (*path[:-1], derived) if derived else None)


def _python_type(node: Node) -> str:
    steering = node.get("x-codegen", {})
    if "enum" in node and "alias" in steering:
        return f"words.{field_name(steering['alias'])}"
    if "enum" in node:
        return literal_annotation(_choices(node))
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


def _choices(node: Node) -> tuple[str | int | None, ...]:
    """The words of an enum without a name, or of a list of such; none for anything else."""
    node = node.get("items", node)
    if "enum" not in node or "alias" in node.get("x-codegen", {}):
        return ()
    # JSON Schema counts 16.0 as an integer.
    words = (int(word) if isinstance(word, float) else word for word in node["enum"])
    return tuple(word for word in words if word is not None)


def _optional(python_type: str, choices: tuple[str | int | None, ...]) -> str:
    if choices and python_type == literal_annotation(choices):
        return literal_annotation((*choices, None))
    return f"{python_type} | None"
