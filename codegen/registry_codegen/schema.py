"""The JSON Schema: loading it, and merging what applies to one type."""

import json
from functools import lru_cache

from registry_base.json_shapes import JsonObject, is_object
from registry_codegen.catalogues import schema_path
from registry_codegen.own_types import declared_schema

Node = JsonObject


@lru_cache(maxsize=1)
def load_schema() -> Node:
    """The schema as data; treat it as read-only."""
    schema: Node = json.loads(schema_path().read_text("utf-8"))
    return schema


def known_types() -> tuple[str, ...]:
    """The types the schema has rules for, in its order."""
    return tuple(load_schema()["$defs"]["types"])


@lru_cache(maxsize=1)
def roles() -> dict[str, str]:
    """The roles a model can be selected for, each with the type it takes, in the schema's order.

    >>> roles()["cross_encoder"]
    'cross-encoder'
    """
    nodes: Node = load_schema()["properties"]["selected"]["properties"]
    return {role: node["x-codegen"]["of_type"] for role, node in nodes.items()}


def type_schema(model_type: str, types: object = None) -> Node:
    """Everything that applies to entries of one type, merged into one node.

    A type the schema does not know gets what is common to all. `types` are a catalogue's own
    declarations: they add to it.
    """
    base = _published(model_type)
    own = declared_schema(types, model_type, base) if types else None
    return _merge(base, own) if own else base


@lru_cache(maxsize=64)
def _published(model_type: str) -> Node:
    definitions = load_schema()["$defs"]
    merged = _resolved(definitions["model"])
    if model_type in definitions["types"]:
        merged = _merge(merged, _resolved(definitions["types"][model_type]))
    return merged


def _resolved(node: Node) -> Node:
    """A node with its `$ref` and `allOf` merged in, all the way down."""
    merged: Node = {}
    if "$ref" in node:
        merged = _resolved(_follow(node["$ref"]))
    for part in node.get("allOf", ()):
        merged = _merge(merged, _resolved(part))
    own = {key: value for key, value in node.items() if key not in ("$ref", "allOf")}
    if "properties" in own:
        own["properties"] = {
            name: _resolved(child) if is_object(child) else child
            for name, child in own["properties"].items()
        }
    return _merge(merged, own)


def _follow(reference: str) -> Node:
    node = load_schema()
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def _merge(base: Node, over: Node) -> Node:
    merged = dict(base)
    for key, value in over.items():
        if key == "properties" and key in base:
            properties = dict(base[key])
            for name, child in value.items():
                old = properties.get(name)
                if is_object(old) and is_object(child):
                    child = _merge(old, child)
                properties[name] = child
            merged[key] = properties
        elif key == "required" and key in base:
            merged[key] = [*base[key], *(name for name in value if name not in base[key])]
        else:
            merged[key] = value
    return merged
