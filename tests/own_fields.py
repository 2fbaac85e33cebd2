"""Hypothesis strategies for fields that a catalogue declares, as nasty as the rules allow."""

import keyword
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from catalogues import SCHEMA, Json
from registry_codegen.fields import model_fields
from registry_codegen.names import RESERVED_FIELDS
from strategies import catalogues, numbers, text
from words import AWKWARD_FIELDS

_TAKEN = {
    *(each.field.name for each in model_fields("")),
    *SCHEMA["$defs"]["model"]["properties"],
    *RESERVED_FIELDS,
    *("extra", "kind", "match", "case"),
}
names = (
    st.sampled_from([*AWKWARD_FIELDS, "x" * 50])
    | st.from_regex("[a-z][a-z0-9]{0,9}(_[a-z0-9]{1,8}){0,2}", fullmatch=True)
).filter(lambda name: name not in _TAKEN and not keyword.iskeyword(name))
_whole = st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-(2**52), 2**52).map(float)
_words = st.lists(
    text.map(lambda word: word[:200]), min_size=1, max_size=14, unique=True
) | st.lists(st.integers(0, 99), min_size=1, max_size=5, unique=True)
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": text,
    "integer": _whole,
    "number": numbers,
    "boolean": st.booleans(),
}


@st.composite
def _nodes(draw: st.DrawFn) -> tuple[Json, st.SearchStrategy[Any]]:
    """The declaration of a field, and the values that it allows."""
    node: Json = {"description": draw(text)}
    kind = draw(st.sampled_from([*_SCALARS, "enum", "array", "array of words"]))
    if kind in _SCALARS:
        node["type"], values = kind, _SCALARS[kind]
    elif kind == "array":
        inner = draw(st.sampled_from(["string", "integer", "number"]))
        node |= {"type": "array", "items": {"type": inner}}
        return node, st.lists(_SCALARS[inner], max_size=14)
    else:
        words = draw(_words)
        values = st.sampled_from(words)
        if kind == "array of words":
            return node | {"type": "array", "items": {"enum": words}}, st.lists(values)
        node["enum"] = words
    if draw(st.booleans()):
        node["default"] = draw(values)
    if draw(st.booleans()):
        values |= st.none()
        if "enum" in node:
            node["enum"] = [*node["enum"], None]
        else:
            node["type"] = [node["type"], "null"]
    return node, values


@st.composite
def own_catalogues(draw: st.DrawFn) -> Json:
    """A valid catalogue whose types declare fields: at the top level, or in a section."""
    data = deepcopy(draw(catalogues()))
    for model_type in {model["type"] for model in data["models"]}:
        declared: Json = {"description": draw(text), "properties": {}, "required": []}
        for name in draw(st.lists(names, min_size=1, max_size=4, unique=True)):
            node, values = draw(_nodes())
            section = draw(st.sampled_from([None, None, "specs", "extra"]))
            place = declared
            if section is not None:
                place = declared["properties"].setdefault(
                    section, {"type": "object", "properties": {}, "required": []}
                )
            place["properties"][name] = node
            always = draw(st.booleans())
            if always:
                place["required"].append(name)
                if section is not None and section not in declared["required"]:
                    declared["required"].append(section)
            for model in data["models"]:
                if model["type"] == model_type and (always or draw(st.booleans())):
                    there = model if section is None else model.setdefault(section, {})
                    there[name] = draw(values)
            if always and section is not None:  # entries need that section
                for model in data["models"]:
                    if model["type"] == model_type:
                        model.setdefault(section, {})
        data.setdefault("types", {})[model_type] = declared
    return data


def expected_own(entry: Json, types: Json) -> Json:
    """Names and plain values of an entry's declared fields, independent of the generator."""
    found: Json = {}
    declared = types.get(entry["type"]) or {}
    for name, node in declared.get("properties", {}).items() if isinstance(declared, dict) else ():
        if node.get("type") == "object":
            inner = entry.get(name) or {}
            found |= {key: _value(each, inner.get(key)) for key, each in node["properties"].items()}
        else:
            found[name] = _value(node, entry.get(name))
    return found


def _value(node: Json, value: Any) -> Any:
    if node.get("type") == "array":
        return tuple(_value(node["items"], item) for item in value or ())
    value = node.get("default") if value is None else value
    whole = "integer" in node.get("type", ())
    return int(value) if whole and isinstance(value, float) else value
