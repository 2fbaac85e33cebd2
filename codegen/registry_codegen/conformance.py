"""Check a catalogue against the schema, and explain what is wrong and how to fix it."""

import difflib
import json
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from registry_base.json_shapes import Json, is_list, is_object, look_up
from registry_base.problems import Pointer
from registry_codegen.hints import (
    count_text,
    meant_type,
    meant_word,
    repository_in,
    right_place,
)
from registry_codegen.json_schema import ValidationError
from registry_codegen.schema import Node, known_types, load_schema, type_schema
from registry_codegen.validator import validator_class


def document_problems(data: object) -> Iterator[tuple[Pointer, str, bool]]:
    """What the schema finds outside the entries, in the form of `entry_problems`."""
    for error in _document_validator().iter_errors(data):
        yield from _explain(error, (), {})


def entry_problems(models: object, types: object) -> Iterator[tuple[Pointer, str, bool]]:
    """What the schema finds in entries: pointer, message with fix, and whether the key is meant.

    Entries are checked against the merged schema of their type, which says the same as the
    published one (tests/unit/test_schema.py) in one pass instead of three; `types` are the
    catalogue's own declarations, none of them wrong.
    """
    validators: dict[str, tuple[Any, Node]] = {}
    for index, entry in enumerate(models if is_list(models) else ()):
        model_type = look_up(entry, "type")
        name = model_type if isinstance(model_type, str) else ""
        if name not in validators:
            schema = type_schema(name, types)
            known = schema is type_schema(name)
            made = _known_validator(name if name in known_types() else "") if known else None
            validators[name] = (made or validator_class()(schema), schema)
        validator, schema = validators[name]
        for error in validator.iter_errors(entry):
            yield from _explain(error, ("models", index), schema)


@lru_cache(maxsize=1)
def _document_validator() -> Any:  # jsonschema makes its classes, without types
    schema = load_schema()
    models = {**schema["properties"]["models"], "items": True}
    properties = {**schema["properties"], "models": models}
    return validator_class()({**schema, "properties": properties})


@lru_cache(maxsize=64)
def _known_validator(model_type: str) -> Any:  # as above
    return validator_class()(type_schema(model_type))


def _explain(
    error: ValidationError, above: Pointer, whole: Node
) -> Iterator[tuple[Pointer, str, bool]]:
    pointer: Pointer = (*above, *error.absolute_path)
    schema: Node = error.schema if is_object(error.schema) else {}
    # jsonschema types these as possibly unset until the error is raised; here they are set.
    limit: Json = error.validator_value
    keyword: Json = error.validator
    instance: Json = error.instance
    given = _short(instance)
    at_key = "propertyNames" in error.absolute_schema_path
    if at_key:
        pointer = (*pointer, instance)
    match keyword:
        case "additionalProperties" | "unevaluatedProperties":
            known = list(schema.get("properties", ()))
            given_names = set(instance) if is_object(instance) else set[str]()
            for name in sorted(given_names - set(known)):
                place = (*pointer, name)
                if (right := right_place(place, whole)) is not None:
                    yield place, f"{name} does not belong here; {right}", True
                    continue
                hint = _hint(name, known) or _elsewhere(pointer, known)
                yield place, f"unknown field{hint}", True
        case "required":  # one error per missing name; listing all of them each time does no harm
            for name in limit:
                if name not in instance:
                    yield pointer, f'"{name}" is missing{_purpose(schema, name)}', False
        case "false":  # a field that this type of model does not have
            yield pointer, f"this type of model has no {pointer[-1]}; remove it", True
        case "type":
            yield pointer, f"{given} should be {_either(limit)}{_shape(pointer, instance)}", False
        case "enum":
            options = [_option(option) for option in limit if option is not None]
            word = meant_word(instance, options) if isinstance(instance, str) else None
            hint = f'; did you mean "{word}"?' if word else ""
            yield pointer, f"{given} is not one of {', '.join(options)}{hint}", False
        case "const":
            yield pointer, f"{given} should be {json.dumps(limit)} here", False
        case "pattern":
            cure = _meant(pointer, instance) or schema.get(
                "patternErrorMessage", f"it must match {limit}"
            )
            yield pointer, f"{given} has the wrong form; {cure}{_foreign(instance)}", at_key
        case "minLength" | "minItems" if instance:
            yield pointer, f"{given} is too short; write at least {limit}", False
        case "minItems" if pointer == ("models",):
            yield pointer, "no models; add at least one", False
        case "minLength" | "minItems":
            needed = pointer[2:] in _needed()
            yield pointer, "empty; fill it in" + ("" if needed else " or leave it out"), at_key
        case "maxItems":
            yield pointer, f"{given} has too many items; keep at most {limit}", False
        case "maxLength":
            yield pointer, f"longer than {limit} characters; shorten it", at_key
        case "uniqueItems":
            yield pointer, f"{given} contains a duplicate; keep one of them", False
        case "minimum" | "exclusiveMinimum":
            unknown = " (unknown is absent or null, never 0)" if instance == 0 else ""
            bound = "at least" if keyword == "minimum" else "more than"
            yield pointer, f"{given} should be {bound} {limit}{unknown}", False
        case "maximum" | "exclusiveMaximum":
            bound = "at most" if keyword == "maximum" else "less than"
            yield pointer, f"{given} should be {bound} {limit}", False
        case _:
            yield pointer, error.message, False


@lru_cache(maxsize=1)
def _needed() -> frozenset[Pointer]:
    return frozenset((name,) for name in type_schema("")["required"])


def _option(word: object) -> str:
    return word if isinstance(word, str) else json.dumps(word)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _either(types: str | list[str]) -> str:
    names = [types] if isinstance(types, str) else types
    articles = {"integer": "an integer", "object": "an object", "array": "an array"}
    return " or ".join(articles.get(t, t if t == "null" else f"a {t}") for t in names)


def _hint(name: str, known: list[str]) -> str:
    # "context" should be near "context_length", but "tags" not near "status".
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.65)
    return f'; did you mean "{close[0]}"?' if close else ""


def _elsewhere(pointer: Pointer, known: list[str]) -> str:
    if pointer == ("selected",):
        return f"; there are {', '.join(known)}"
    if pointer[:1] == ("models",):
        return '; remove it, declare it for its type under "types", or put it under "metadata"'
    return "; remove it"


def _meant(pointer: Pointer, text: str) -> str | None:
    """What an ill-formed text may have meant, as the end of a sentence."""
    word: str | None = None
    match pointer:
        case ("models", int(), "type"):
            word = meant_type(text)
            if word is not None:
                return f'did you mean "{word}"?'
        case ("models", int(), *_, "huggingface_id"):
            word = repository_in(text)
        case _:
            pass
    return None if word is None else f'write "{word}"'


def _shape(pointer: Pointer, instance: object) -> str:
    """What a value of the wrong type should look like, for common mistakes."""
    match pointer:
        case ():
            return ': {"models": [...]}'
        case ("models",) if is_object(instance):
            return ': [{"id": "...", "type": "...", ...}, ...]'
        case ("models", int(), "specs", "parameters" | "active_parameters" as name):
            text = count_text(instance)
            exact = name.replace("parameters", "parameter_count")
            return "" if text is None else f'; write "{text}", or give the number as {exact}'
        case _:
            return ""


def _foreign(text: str) -> str:
    """Names the letters that only look like plain ones."""
    letters = [c for c in dict.fromkeys(text) if c.isalpha() and not c.isascii()]
    names = ", ".join(unicodedata.name(c, f"U+{ord(c):04X}") for c in letters[:3])
    return f"; it contains {names}" if names else ""


def _purpose(schema: Node, name: str) -> str:
    node = schema.get("properties", {}).get(name)
    if not is_object(node):
        return "; add it"
    needs = f" with {', '.join(node['required'])}" if "required" in node else ""
    first = node.get("description", "").split(". ")[0].rstrip(".")
    lead = first[:1].lower() if first[1:2].islower() else first[:1]
    return f"; add it{needs}" + (f": {lead}{first[1:]}" if first else "")
