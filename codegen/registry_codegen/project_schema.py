"""The JSON Schema of one project's catalogue: with its own fields, and with what it extends.

The published schema cannot know fields that a catalogue declares under `types`, nor that an entry
overriding one of the catalogue underneath says only what differs. An editor that uses it would
underline both.
"""

from collections.abc import Mapping

from registry_base.json_shapes import Json, is_list, is_object, look_up
from registry_codegen.overlay import Catalogue
from registry_codegen.own_types import usable
from registry_codegen.schema import Node, known_types, load_schema, type_schema


def project_schema(catalogue: Catalogue) -> Node:
    """The schema of the file that people edit; the published one if nothing is added.

    Only well-formed parts of `types` count: the schema is used while a catalogue is written.
    """
    types = _declared(catalogue.data)
    below = _types_below(catalogue)
    if not types and not below:
        return load_schema()
    published = load_schema()
    names = [*known_types(), *(name for name in types if name not in known_types())]
    definitions: Node = {**published["$defs"]}
    definitions["types"] = {name: type_schema(name, types) for name in names}
    definitions["entry"] = _entry(names, below, types)
    return {**published, "$defs": definitions}


def _declared(data: Json) -> Node:
    """What a catalogue declares under `types`, without the wrong parts."""
    types = look_up(data, "types")
    if not types:
        return {}
    from registry_codegen.conformance import document_problems  # needs jsonschema
    from registry_codegen.declarations import declaration_problems

    found = (*document_problems(data), *declaration_problems(types))
    return usable(types, frozenset(pointer for pointer, _, _ in found))


def _entry(names: list[str], below: Mapping[str, list[str]], types: Node) -> Node:
    """An entry is a new one of some type, or overrides one underneath that has its id."""
    ids = sorted(model_id for each in below.values() for model_id in each)
    new: Node = {
        "required": ["type"],
        "properties": {"type": {"enum": names}},
        "allOf": [
            {"if": _has("type", [name]), "then": {"$ref": f"#/$defs/types/{name}"}}
            for name in names
        ],
    }
    if not ids:
        return {"type": "object", "description": "One model.", **new}
    overrides = [
        {"if": _has("id", sorted(under)), "then": _optional(type_schema(name, types))}
        for name, under in below.items()
    ]
    return {
        "type": "object",
        "description": "One model: a new one, or what differs from the one underneath.",
        "required": ["id"],
        "if": _has("id", ids),
        "then": {"allOf": overrides},
        "else": new,
    }


def _has(key: str, values: list[str]) -> Node:
    return {"required": [key], "properties": {key: {"enum": values}}}


def _types_below(catalogue: Catalogue) -> dict[str, list[str]]:
    """Type -> the ids underneath that an entry of the project's file may override."""
    found: dict[str, list[str]] = {}
    for document in catalogue.documents[1:]:
        entries = look_up(document.data, "models")
        for entry in entries if is_list(entries) else ():
            name, model_id = look_up(entry, "type"), look_up(entry, "id")
            if isinstance(name, str) and isinstance(model_id, str):
                found.setdefault(name, []).append(model_id)
    return found


def _optional(node: Node) -> Node:
    """A schema that requires nothing of an object or its sections."""
    kept: Node = {key: value for key, value in node.items() if key != "required"}
    if is_object(properties := node.get("properties")):
        kept["properties"] = {
            name: _optional(child) if is_object(child) else child
            for name, child in properties.items()
        }
    return kept
