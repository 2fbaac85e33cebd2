"""Turn a catalogue that passed every check into the intermediate model.

Order is canonical and does not depend on the order of the input: types in the
schema's order and then by name, models by type and then by id (numbers in ids as numbers).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from typing import TypeVar

from registry_base.json_shapes import Json, look_up
from registry_base.model_names import names_of
from registry_codegen.attribution import Attribution
from registry_codegen.facts import facts
from registry_codegen.fields import SchemaField, common_fields, model_fields, records, vocabularies
from registry_codegen.ir import Field, IdType, Model, ModelClass, Module, Part, Role
from registry_codegen.names import (
    class_name,
    constant_name,
    function_part,
    member_name,
    natural_key,
)
from registry_codegen.overlay import Catalogue
from registry_codegen.own_types import description_of
from registry_codegen.schema import Node, known_types, load_schema, roles, type_schema
from registry_codegen.values import SharedTuples, arguments

# Above this many ids, overloads cost type checkers seconds; see docs/benchmarks.md.
MAX_OVERLOADED_IDS = 1000
# pyrefly treats a longer Literal as `str`.
MAX_LITERAL = 256
# Constants per module: without a .pyc, Python compiles one of 50 in 6 ms. Small catalogues are
# often listed as a whole, where every module costs; of a large one programs want a few models.
MODELS_IN_PART = 50
IN_PART_OF_LARGE = 30
LARGE = 500

T = TypeVar("T")


def build_module(catalogue: Catalogue, generator_version: str) -> Module:
    """Turn a catalogue that passed every check into what the templates need."""
    entries = catalogue.data["models"]
    present = {entry["type"] for entry in entries}
    ordered = [t for t in known_types() if t in present]
    ordered += sorted(present - set(ordered))
    types: Node = catalogue.data.get("types") or {}
    by_type = {t: [e for e in entries if e["type"] == t] for t in ordered}
    fields = {t: _fields_of(t, by_type[t], types) for t in ordered}
    in_part = MODELS_IN_PART if len(entries) <= LARGE else IN_PART_OF_LARGE
    classes = tuple(
        _model_class(t, by_type[t], description_of(types, t), fields[t], in_part) for t in ordered
    )
    attributions = {t: Attribution(fields[t]) for t in ordered}
    chosen: dict[str, str] = catalogue.data.get("selected") or {}
    used = (*common_fields(), *(field for each in fields.values() for field in each))
    return Module(
        sources=catalogue.sources,
        catalogue_version=catalogue.data.get("version"),
        schema_version=load_schema()["version"],
        generator_version=generator_version,
        digest=_digest(catalogue.data),
        records=tuple({record.name: record for record, _ in records(used)}.values()),
        vocabularies=vocabularies(),
        fields=tuple(each.field for each in common_fields()),
        known_fields=_known_fields(types),
        classes=classes,
        ids=tuple(map(_id_type, classes)),
        overloaded=len(entries) <= MAX_OVERLOADED_IDS,
        selected=_selected(chosen),
        roles=_roles(chosen, classes),
        own=frozenset(entry["id"] for entry in entries[: catalogue.own_count]),
        attributions={e["id"]: attributions[e["type"]].of(e) for e in entries},
    )


def _selected(chosen: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The ids that serve by default, in the schema's order of roles."""
    return tuple((role, chosen[role]) for role in roles() if role in chosen)


def _roles(chosen: dict[str, str], classes: Sequence[ModelClass]) -> tuple[Role, ...]:
    """The roles that the catalogue has models for, in the schema's order."""
    by_type = {each.type: each for each in classes}
    return tuple(
        Role(role, by_type[of_type], chosen.get(role))
        for role, of_type in roles().items()
        if of_type in by_type
    )


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


def _known_fields(types: Node) -> tuple[Field, ...]:
    """The schema's fields, then the catalogue's own; those declared by several types say so."""
    found = {each.field.name: each.field for each in model_fields("")}
    own: dict[str, dict[str, Field]] = {}
    for model_type in sorted(types):
        for each in model_fields(model_type, types):
            if each.field.name not in found:
                own.setdefault(each.field.name, {})[model_type] = each.field
    for name, by_type in own.items():
        first = next(iter(by_type.values()))
        said = {field.description: model_type for model_type, field in by_type.items()}
        told = " ".join(f"{model_type}: {text}" for text, model_type in said.items())
        found[name] = replace(first, description=told) if len(said) > 1 else first
    return tuple(found.values())


def _fields_of(model_type: str, entries: list[Node], types: Node) -> tuple[SchemaField, ...]:
    """The fields of a class.

    For a type that the schema does not know: those that it declares, and those of the schema that
    some entry has.
    """
    fields = tuple(_total(each, entries) for each in model_fields(model_type, types))
    if model_type in known_types():
        return fields
    common = {each.field.name for each in common_fields()}
    of_others = {each.field.name for each in model_fields(model_type)} - common
    return tuple(
        each
        for each in fields
        if each.field.name not in of_others
        or any(look_up(e, *each.path) is not None for e in entries)
    )


def _total(each: SchemaField, entries: list[Node]) -> SchemaField:
    """A field that is never None if every entry of the catalogue gives it.

    So one model behind an API makes fields optional only in its own catalogue. That holds only for
    fields that the schema marks: others come and go with any entry.
    """
    if not each.node.get("x-codegen", {}).get("total") or not all(
        look_up(entry, *each.path) is not None
        or (each.derived_from is not None and look_up(entry, *each.derived_from) is not None)
        for entry in entries
    ):
        return each
    annotation = each.field.annotation.removesuffix(" | None")
    return replace(each, field=replace(each.field, annotation=annotation, required=True))


def _model_class(
    model_type: str,
    entries: list[Node],
    described: str | None,
    fields: tuple[SchemaField, ...],
    in_part: int,
) -> ModelClass:
    common = {each.field.name: _shape(each) for each in common_fields()}
    known = type_schema(model_type)["description"] if model_type in known_types() else None
    part = function_part(model_type)
    named = sorted(entries, key=lambda entry: (natural_key(entry["id"]), entry["id"]))
    return ModelClass(
        type=model_type,
        member=member_name(model_type),
        name=class_name(model_type),
        function_part=part,
        description=described or known or f"A model of type {model_type}.",
        fields=tuple(each.field for each in fields),
        own=tuple(each.field for each in fields if each.field.name not in common),
        declared=tuple(
            each.field for each in fields if common.get(each.field.name) != _shape(each)
        ),
        parts=tuple(_part(name, some, fields) for name, some in _parts(part, named, in_part)),
    )


def _shape(each: SchemaField) -> tuple[str, bool]:
    """What decides whether a class must redeclare a field: how it differs from ModelInfo's."""
    return each.field.annotation, each.field.required


def _parts(
    of_type: str, entries: Sequence[Node], most: int
) -> Iterator[tuple[str, Sequence[Node]]]:
    """The modules of the models of a type: as few as possible, of about the same size."""
    count = ceil(len(entries) / most)
    if count == 1:
        yield f"type_{of_type}", entries
        return
    for number, some in enumerate(_pieces(entries, ceil(len(entries) / count)), 1):
        yield f"models_{of_type}_{number}", some


def _part(name: str, entries: Sequence[Node], fields: tuple[SchemaField, ...]) -> Part:
    shared = SharedTuples()
    models = tuple(_model(entry, fields, shared) for entry in entries)
    return Part(name, models, tuple(shared.tuples.values()))


def _model(entry: Node, fields: tuple[SchemaField, ...], shared: SharedTuples) -> Model:
    constant = constant_name(entry["id"])
    given = arguments(entry, fields)
    return Model(
        id=entry["id"],
        constant=constant,
        facts=facts(entry["type"], dict(given)),
        description=entry["description"],
        keys=tuple(names_of(entry)),
        arguments=tuple(
            (name, shared.replace(value, f"_{constant}__{name.upper()}")) for name, value in given
        ),
        deprecated=_deprecated(entry),
    )


def _deprecated(entry: Node) -> str | None:
    if entry.get("status") != "deprecated":
        return None
    successor: str | None = entry.get("superseded_by")
    return f"{entry['id']} is deprecated" + (f"; use {successor}" if successor else "")


def _id_type(each: ModelClass) -> IdType:
    name = f"{each.name}Id"
    pieces = list(_pieces([model.id for model in each.models], MAX_LITERAL))
    if len(pieces) == 1:
        return IdType(name, each.name, ((name, tuple(pieces[0])),))
    numbered = ((f"{name}{number}", tuple(ids)) for number, ids in enumerate(pieces, 1))
    return IdType(name, each.name, tuple(numbered))


def _pieces(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
