"""The JSON Schema: loading it, merging what applies to one type, and checking a catalogue."""

import difflib
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema.exceptions import ValidationError

from registry_codegen.catalogues import schema_path
from registry_codegen.errors import Pointer
from registry_codegen.validator import validator_class

# JSON Schema documents are free-form JSON.
Node = dict[str, Any]


@lru_cache(maxsize=1)
def load_schema() -> Node:
    """The schema as data; treat it as read-only."""
    schema: Node = json.loads(schema_path().read_text("utf-8"))
    return schema


def known_types() -> tuple[str, ...]:
    """The types the schema has rules for, in its order."""
    return tuple(load_schema()["$defs"]["types"])


@lru_cache(maxsize=64)
def type_schema(model_type: str) -> Node:
    """Everything the schema says about entries of one type, merged into one node.

    A type the schema does not know gets what is common to all.
    """
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
            name: _resolved(child) if isinstance(child, dict) else child
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
                both = isinstance(old, dict) and isinstance(child, dict)
                properties[name] = _merge(old, child) if both else child
            merged[key] = properties
        elif key == "required" and key in base:
            merged[key] = [*base[key], *(name for name in value if name not in base[key])]
        else:
            merged[key] = value
    return merged


def schema_problems(data: Any) -> Iterator[tuple[Pointer, str, bool]]:
    """What the schema finds: pointer, message with cure, and whether the key is meant.

    Entries are checked against the merged schema of their type, which says the same as the
    published one (tests/unit/test_schema.py) in one pass instead of three.
    """
    for error in _document_validator().iter_errors(data):
        yield from _explain(error, ())
    models = data.get("models") if isinstance(data, dict) else None
    for index, entry in enumerate(models if isinstance(models, list) else ()):
        model_type = entry.get("type") if isinstance(entry, dict) else None
        known = model_type if model_type in known_types() else ""
        for error in _entry_validator(known).iter_errors(entry):
            yield from _explain(error, ("models", index))


@lru_cache(maxsize=1)
def _document_validator() -> Any:
    schema = load_schema()
    models = {**schema["properties"]["models"], "items": True}
    properties = {**schema["properties"], "models": models}
    return validator_class()({**schema, "properties": properties})


@lru_cache(maxsize=64)
def _entry_validator(model_type: str) -> Any:
    return validator_class()(type_schema(model_type))


def _explain(error: ValidationError, above: Pointer) -> Iterator[tuple[Pointer, str, bool]]:
    pointer: Pointer = (*above, *error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    given = _short(error.instance)
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties":
            known = list(schema.get("properties", ()))
            for name in sorted(set(error.instance) - set(known)):
                yield (*pointer, name), f"unknown field{_hint(name, known)}", True
        case "required":
            name = error.message.split("'")[1]
            if isinstance(error.instance, dict) and name not in error.instance:
                yield pointer, f'"{name}" is missing{_purpose(schema, name)}', False
        case None:  # a field that this type of model has not got
            yield pointer, "this type of model has no such field; remove it", True
        case "type":
            wanted = _either(error.validator_value)
            yield pointer, f"{given} should be {wanted}", False
        case "enum":
            options = [str(option) for option in error.validator_value if option is not None]
            hint = _hint(str(error.instance), options)
            yield pointer, f"{given} is none of {', '.join(options)}{hint}", False
        case "const":
            yield pointer, f"{given} should be {json.dumps(error.validator_value)} here", False
        case "pattern":
            cure = schema.get("patternErrorMessage", f"it must match {error.validator_value}")
            yield pointer, f"{given} has the wrong form; {cure}", False
        case "minLength" | "minItems":
            yield pointer, "empty; fill it in or leave the field out", False
        case "maxLength":
            yield pointer, f"longer than {error.validator_value} characters; shorten it", False
        case "uniqueItems":
            yield pointer, f"{given} says something twice; keep one of them", False
        case "minimum" | "exclusiveMinimum":
            unknown = " (unknown is absent or null, never 0)" if error.instance == 0 else ""
            above = "at least" if error.validator == "minimum" else "more than"
            yield pointer, f"{given} should be {above} {error.validator_value}{unknown}", False
        case "maximum" | "exclusiveMaximum":
            below = "at most" if error.validator == "maximum" else "less than"
            yield pointer, f"{given} should be {below} {error.validator_value}", False
        case _:
            yield pointer, error.message, False


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _either(types: str | list[str]) -> str:
    names = [types] if isinstance(types, str) else types
    articles = {"integer": "an integer", "object": "an object", "array": "an array"}
    return " or ".join(articles.get(t, t if t == "null" else f"a {t}") for t in names)


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def _purpose(schema: Node, name: str) -> str:
    node = type_schema("").get("properties", {}).get(name) or schema.get("properties", {}).get(name)
    description = node.get("description", "") if isinstance(node, dict) else ""
    first = description.split(". ")[0].rstrip(".")
    return f"; add it: {first[:1].lower()}{first[1:]}" if first else "; add it"
