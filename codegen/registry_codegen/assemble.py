"""From a catalogue that passed every check to the intermediate model.

Order is canonical, so that the order of the input does not show in the output: types in the
schema's order and then by name, models by type and then by id (numbers in ids as numbers).
"""

import hashlib
import json

from registry_base.json_shapes import Json, is_list, is_object, is_tuple, look_up
from registry_base.quantity import parse_count
from registry_codegen.fields import Field, common_fields, model_fields, record_of, records
from registry_codegen.ir import Model, ModelClass, Module, RecordValue, SharedTuple
from registry_codegen.names import (
    class_name,
    constant_name,
    function_part,
    member_name,
    natural_key,
)
from registry_codegen.overlay import Catalogue
from registry_codegen.schema import Node, known_types, load_schema, roles, type_schema

# Above this many ids type checkers pay seconds for overloads; see DESIGN and docs/benchmarks.md.
MAX_OVERLOADED_IDS = 1000
# Longer tuples move out of the entry into a constant of their own, shared by equal ones.
LONG_TUPLE = 12


def build_module(catalogue: Catalogue, generator_version: str) -> Module:
    """Turn a catalogue that passed every check into what the templates need."""
    entries = catalogue.data["models"]
    shared = _SharedTuples()
    present = {entry["type"] for entry in entries}
    ordered = [t for t in known_types() if t in present]
    ordered += sorted(present - set(ordered))
    own_types: dict[str, str] = catalogue.data.get("types") or {}
    classes = tuple(
        _model_class(t, [e for e in entries if e["type"] == t], own_types.get(t), shared)
        for t in ordered
    )
    fields = (*common_fields(), *(field for each in classes for field in each.fields))
    return Module(
        sources=catalogue.names,
        catalogue_version=catalogue.data.get("version"),
        schema_version=load_schema()["version"],
        generator_version=generator_version,
        digest=_digest(catalogue.data),
        records=tuple({record.name: record for record in records(fields)}.values()),
        fields=common_fields(),
        classes=classes,
        shared=tuple(shared.tuples.values()),
        overloaded=len(entries) <= MAX_OVERLOADED_IDS,
        selected=_selected(catalogue.data.get("selected") or {}),
    )


def _selected(chosen: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The constants that serve by default, in the schema's order of roles."""
    return tuple((role, constant_name(chosen[role])) for role in roles() if role in chosen)


def _digest(data: Json) -> str:
    """sha256 of the catalogue's canonical JSON: the order of keys and models does not count."""
    models = sorted(data["models"], key=lambda entry: str(entry["id"]))
    counted: Node = {
        "types": data.get("types") or {},
        "version": data.get("version"),
        "models": models,
    }
    if selected := data.get("selected"):
        counted["selected"] = selected
    canonical = json.dumps(counted, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _model_class(
    model_type: str, entries: list[Node], own_description: str | None, shared: "_SharedTuples"
) -> ModelClass:
    fields = model_fields(model_type)
    if model_type not in known_types():
        fields = tuple(field for field in fields if _is_common(field) or _used(field, entries))
    common = {field.name: (field.annotation, field.required) for field in common_fields()}
    named = sorted(entries, key=lambda entry: (natural_key(entry["id"]), entry["id"]))
    description = own_description or _known_description(model_type)
    return ModelClass(
        type=model_type,
        member=member_name(model_type),
        name=class_name(model_type),
        function_part=function_part(model_type),
        description=description or f"A model of type {model_type}.",
        fields=tuple(
            field
            for field in fields
            if common.get(field.name) != (field.annotation, field.required)
        ),
        all_fields=frozenset(field.name for field in fields),
        models=tuple(_model(entry, fields, shared) for entry in named),
    )


def _known_description(model_type: str) -> str | None:
    return type_schema(model_type)["description"] if model_type in known_types() else None


def _is_common(field: Field) -> bool:
    return any(field.name == common.name for common in common_fields())


def _used(field: Field, entries: list[Node]) -> bool:
    return any(look_up(entry, *field.path) is not None for entry in entries)


def _model(entry: Node, fields: tuple[Field, ...], shared: "_SharedTuples") -> Model:
    constant = constant_name(entry["id"])
    arguments = tuple(
        (name, shared.replace(value, f"_{constant}__{name.upper()}"))
        for name, value in _arguments(entry, fields)
    )
    return Model(entry["id"], constant, entry["description"], arguments)


def _arguments(entry: Node, fields: tuple[Field, ...]) -> list[tuple[str, object]]:
    """Python values of the fields an entry gives, but for those that equal the default."""
    arguments: list[tuple[str, object]] = []
    for field in fields:
        value = look_up(entry, *field.path)
        if value is None and field.derived_from:
            text = look_up(entry, *field.derived_from)
            value = None if text is None else parse_count(text)
        if value is not None and (field.required or value != field.default):
            arguments.append((field.name, _convert(value, field.node)))
    return arguments


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
        record = record_of(node)
        return RecordValue(record.name, tuple(_arguments(value, record.fields)))
    if is_object(value):
        return {key: _convert(item, {}) for key, item in sorted(value.items())}
    if isinstance(value, float) and value.is_integer() and "integer" in node.get("type", ()):
        return int(value)  # JSON Schema counts 512.0 as an integer
    return value


class _SharedTuples:
    """Collects long tuples, one constant for equal ones, named after the first model with it."""

    def __init__(self) -> None:
        self.tuples: dict[tuple[object, ...], SharedTuple] = {}

    def replace(self, value: object, name: str) -> object:
        if not is_tuple(value) or len(value) <= LONG_TUPLE:
            return value
        if not all(isinstance(item, str) for item in value):
            return value
        return self.tuples.setdefault(value, SharedTuple(name, value))
