"""The reference of catalogues, from schema/models.schema.json."""

from __future__ import annotations

import json
from collections.abc import Iterable

from registry_base.json_shapes import Json
from registry_codegen.fields import SchemaField, common_fields, model_fields, records
from registry_codegen.schema import known_types, load_schema, type_schema

_HEAD = "| key | JSON | |\n|---|---|---|"


def document_text() -> str:
    """The keys next to the models."""
    rows = []
    for name, node in load_schema()["properties"].items():
        rows.append(_row(name, node, node["description"]))
    return "\n".join([_HEAD, *rows])


def common_text() -> str:
    """What an entry of any type may say, section by section, and the records in it."""
    names = {each.field.name for each in common_fields()}
    fields = [each for each in model_fields("") if each.field.name in names]
    parts = [_table(sorted(fields, key=_section))]
    for record, inner in records(tuple(fields)):
        parts += [f"### {record.name}", record.description, _table(inner)]
    return "\n\n".join(parts)


def types_text() -> str:
    """What each type needs, and what it has besides."""
    names = {each.field.name for each in common_fields()}
    parts: list[str] = []
    for model_type in known_types():
        fields = model_fields(model_type)
        needed = ", ".join(f"`{_path(field)}`" for field in fields if _is_needed(field))
        own = [field for field in fields if field.field.name not in names]
        parts += [f"## {model_type}", type_schema(model_type)["description"]]
        parts += [f"Needs {needed}.", _table(sorted(own, key=_section))]
    return "\n\n".join(parts)


def _section(field: SchemaField) -> str:
    """Of the entry: `specs` and so on, which follow what stands in none."""
    return field.path[0] if len(field.path) > 1 else ""


def _table(fields: Iterable[SchemaField]) -> str:
    return "\n".join([_HEAD, *(_row(_path(f), f.node, f.field.description) for f in fields)])


def _row(key: str, node: dict[str, Json], description: str) -> str:
    examples = ", ".join(f"`{json.dumps(each)}`" for each in node.get("examples", ())[:2])
    told = f"{description} Such as {examples}." if examples else description
    return f"| `{key}` | {_form(node)} | {told.replace('|', chr(92) + '|')} |"


def _form(node: dict[str, Json]) -> str:
    if "enum" in node:
        return ", ".join(f"`{json.dumps(word)}`" for word in node["enum"])
    given = node.get("type", "object")
    kinds = [given] if isinstance(given, str) else list(given)
    if kinds == ["array"] and "type" in node.get("items", {}):
        return f"list of {node['items']['type']}"
    return " or ".join(kinds)


def _path(field: SchemaField) -> str:
    return ".".join(field.path)


def _is_needed(field: SchemaField) -> bool:
    return field.field.required and field.derived_from is None
