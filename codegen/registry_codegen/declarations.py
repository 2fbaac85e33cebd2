"""What is wrong with the types and fields that a catalogue declares, beyond their JSON shape.

The schema checks the shape (`$defs/own-type`); this module checks what it cannot: names that are
taken, keywords that conflict, values that a field's own limits reject.
"""

import difflib
import json
import re
from collections.abc import Iterator
from functools import lru_cache

from registry_base.json_shapes import Json, JsonObject, is_list, is_object, look_up
from registry_base.problems import Pointer
from registry_codegen.fields import model_fields
from registry_codegen.json_schema import UnknownType
from registry_codegen.names import RESERVED_FIELDS, InvalidNameError, field_name
from registry_codegen.own_types import is_section
from registry_codegen.schema import load_schema, type_schema
from registry_codegen.validator import validator_class

Finding = tuple[Pointer, str, bool]  # place in the catalogue, problem and fix, whether at the key

_OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_FITTING = {
    "string": {"minLength", "maxLength", "pattern", "enum", "default"},
    "integer": {*_OF_NUMBERS, "enum", "default"},
    "number": {*_OF_NUMBERS, "default"},
    "boolean": {"default"},
    "array": {"items", "minItems", "maxItems", "uniqueItems"},
    "object": {"properties", "required"},
}
_KINDS = 'string, integer, number, boolean or array; or a list of one and "null"'
_OF_ANY = {"type", "description", "examples"}
_RANGES = (
    ("minimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
)


def declaration_problems(types: object) -> Iterator[Finding]:
    """Everything that is wrong with the declarations under `types`, whatever they contain."""
    for model_type, declared in types.items() if is_object(types) else ():
        yield from _properties(declared, ("types", model_type), {}, model_type)


def _properties(
    node: object, here: Pointer, taken: dict[str, str], model_type: str
) -> Iterator[Finding]:
    """The fields of a type or of its section; `taken` are the names so far, and where."""
    properties, required = look_up(node, "properties"), look_up(node, "required")
    nested = len(here) > 2
    for name, child in properties.items() if is_object(properties) else ():
        place = (*here, "properties", name)
        if not is_object(child):
            continue  # the schema has said so
        if not nested and is_section(child):
            yield from _section(name, child, place, taken, model_type)
            continue
        if (problem := _name_problem(name, here, taken)) is not None:
            yield place, problem, True
        yield from ((place + path, text, key) for path, text, key in _field(child))
    for index, name in enumerate(required if is_list(required) else ()):
        known = properties if is_object(properties) else {}
        if isinstance(name, str) and name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f'did you mean "{close[0]}"?' if close else "declare it there, or take it off"
            yield (*here, "required", index), f'"{name}" is not under "properties"; {hint}', False


def _section(
    name: str, node: JsonObject, here: Pointer, taken: dict[str, str], model_type: str
) -> Iterator[Finding]:
    known = type_schema("")["properties"].get(name)
    if known is not None and not known.get("x-codegen", {}).get("flatten"):
        message = f"{name} is a field of every model, not a section; choose another name"
        yield here, message, True
    if not node.get("properties"):
        yield here, 'a section without fields; declare them under its "properties"', False
    yield from ((here + path, text, key) for path, text, key in _keywords(node, "object"))
    yield from _properties(node, here, taken, model_type)


def _name_problem(name: str, above: Pointer, taken: dict[str, str]) -> str | None:
    """Why a field cannot have a name, and how to fix it."""
    if not _form().search(name):
        return None  # the schema has said so
    try:
        field_name(name)
    except InvalidNameError as problem:
        return str(problem)
    section = f"{above[3]}." if len(above) > 3 else ""
    first = taken.setdefault(name, f"{section}{name}")
    if first != f"{section}{name}":
        return f"{first} would have the same name in Python; rename one of them"
    if (path := _names_of_models().get(name)) is not None:
        what = "a field" if path == name else path
        return f"models have {what} of that name already; use that, or choose another name"
    if not section and name in type_schema("")["properties"]:
        return f"{name} is a section of entries; declare fields under it, or choose another name"
    if name in RESERVED_FIELDS:
        return f"generated classes need the name {name} themselves; choose another"
    return None


@lru_cache(maxsize=1)
def _names_of_models() -> dict[str, str]:
    """The attributes that models have, each with its place in an entry."""
    return {each.field.name: ".".join(each.path) for each in model_fields("")}


@lru_cache(maxsize=1)
def _form() -> re.Pattern[str]:
    """The names that the schema allows for a field."""
    node = load_schema()["$defs"]["own-type"]["properties"]["properties"]["propertyNames"]
    return re.compile(node["pattern"])


def _field(node: JsonObject) -> Iterator[Finding]:
    """What is wrong with the declaration of one field, apart from its name."""
    kind = _kind(node)
    if kind == "object" or "properties" in node:
        yield (), "a section inside a section; put its fields into the outer one", False
        return
    if "description" not in node:
        yield (), '"description" is missing; add it: it becomes the docstring', False
    if kind not in _FITTING:
        yield _without_kind(node)
        return
    yield from _keywords(node, kind)
    if kind == "array":
        yield from _items(node)
    elif "enum" in node:
        yield from _words(node, kind)
    if "pattern" in node and not _is_pattern(node["pattern"]):
        yield ("pattern",), "not a regular expression; correct it", False
        return
    yield from _own_values(node)


def _kind(node: JsonObject) -> str | None:
    """The one type of a field, not counting null."""
    given = node.get("type")
    if given is None and is_list(node.get("enum")):
        numbers = any(type(word) in (int, float) for word in node["enum"])
        return "integer" if numbers else "string"
    kinds = [each for each in (given if is_list(given) else [given]) if each != "null"]
    return kinds[0] if len(kinds) == 1 and isinstance(kinds[0], str) else None


def _without_kind(node: JsonObject) -> Finding:
    if "type" not in node:
        return (), f'"type" is missing; add it: {_KINDS}', False
    given = node["type"]
    close = difflib.get_close_matches(str(given), _FITTING, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"write {_KINDS}"
    return ("type",), f"{json.dumps(given)} is not a type of field; {hint}", False


def _keywords(node: JsonObject, kind: str) -> Iterator[Finding]:
    """Keywords that mean nothing for the type, and limits that no value can meet."""
    fitting = _FITTING.get(kind, set[str]())
    for name in sorted(node.keys() - fitting - _OF_ANY):
        if any(name in each for each in _FITTING.values()):
            yield (name,), f"{name} means nothing for {kind}; remove it", True
    for low, high in _RANGES:
        least, most = _number(node.get(low)), _number(node.get(high))
        if least is not None and most is not None and least > most:
            yield (low,), f"{low} ({least}) is above {high} ({most}); correct one of them", False


def _items(node: JsonObject) -> Iterator[Finding]:
    items = node.get("items")
    if items is None:
        yield (), '"items" is missing; add it: what the list holds', False
        return
    if not is_object(items):
        return  # the schema has said so
    kind = _kind(items)
    if kind not in ("string", "integer", "number"):
        if "type" not in items:  # or the schema has said so
            yield ("items",), '"type" is missing; add it: string, integer or number', False
        return
    for path, text, key in _keywords(items, kind):
        yield ("items", *path), text, key
    if "enum" in items:
        yield from ((("items", *path), text, key) for path, text, key in _words(items, kind))


def _words(node: JsonObject, kind: str) -> Iterator[Finding]:
    """What is wrong with the words of an enum."""
    words = node["enum"] if is_list(node["enum"]) else []
    fitting = (int, float) if kind == "integer" else (str,)
    for index, word in enumerate(words):
        if word is not None and type(word) not in fitting:
            yield ("enum", index), f"{json.dumps(word)} is not of type {kind}; remove it", False
    if words and all(word is None for word in words):
        yield ("enum",), "null alone says nothing; add the allowed values", False


def _own_values(node: JsonObject) -> Iterator[Finding]:
    """A default and examples that the field's own limits reject."""
    limits = {key: value for key, value in node.items() if key not in ("default", "examples")}
    examples = node.get("examples")
    given: list[tuple[Pointer, Json]] = []
    if "default" in node:
        given.append((("default",), node["default"]))
    given += [
        (("examples", index), each)
        for index, each in enumerate(examples if is_list(examples) else ())
    ]
    for path, value in given:
        if not _is_valid(value, limits):
            yield path, f"{json.dumps(value)} is not what the field itself allows", False


def _is_valid(value: object, schema: JsonObject) -> bool:
    try:
        return bool(validator_class()(schema).is_valid(value))
    except (TypeError, re.error, UnknownType):
        return True  # the schema itself is wrong: that is reported elsewhere


def _is_pattern(text: object) -> bool:
    try:
        re.compile(str(text))
    except re.error:
        return False
    return True


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
