"""The schema: valid, documented, and the same for editors and the build."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalogues import CATALOGUE, SCHEMA, TYPES, Json, catalogue, entry, one_of_each
from mutations import REAL, anything, mutated, often
from registry_base.json_shapes import look_up
from registry_codegen.conformance import document_problems, entry_problems
from registry_codegen.schema import known_types, type_schema
from registry_codegen.validator import plainly_valid
from strategies import catalogues, documents

PUBLISHED = Draft202012Validator(SCHEMA)


def accepted(data: Any) -> bool:
    """Whether the build's own checks accept the catalogue."""
    models = look_up(data, "models")
    return not [*document_problems(data), *entry_problems(models, None)]


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_known_types_are_the_types_of_the_schema() -> None:
    assert known_types() == TYPES
    # The published schema selects a type's rules with an `if` per type.
    branches = SCHEMA["$defs"]["entry"]["allOf"]
    assert [branch["if"]["properties"]["type"]["const"] for branch in branches] == list(TYPES)
    assert [branch["then"]["$ref"] for branch in branches] == [f"#/$defs/types/{t}" for t in TYPES]


def _described(node: Json, name: str) -> list[tuple[str, Json]]:
    children = node.get("properties", {}).items()
    found = [(f"{name}.{key}", child) for key, child in children if child is not False]
    inner = [each for path, child in found for each in _described(child, path)]
    return [*found, *inner, *(_described(node["items"], f"{name}[]") if "items" in node else [])]


@pytest.mark.parametrize(("name", "node"), _described(SCHEMA["$defs"]["model"], "model"))
def test_editors_have_something_to_say(name: str, node: Json) -> None:
    assert node["description"].endswith((".", "`."))
    simple = node.get("type") in ("boolean", ["boolean", "null"]) or "enum" in node
    section = "properties" in node or "properties" in node.get("items", {})
    free = node.get("type") == "object" and not node.get("additionalProperties", {})
    if not (simple or section or free):
        assert node["examples"]


@pytest.mark.parametrize(
    ("name", "node"),
    [each for each in _described(SCHEMA["$defs"]["model"], "model") if "examples" in each[1]],
)
def test_examples_are_valid(name: str, node: Json) -> None:
    for example in node["examples"]:
        Draft202012Validator(node).validate(example)


def test_both_accept_the_real_catalogue() -> None:
    assert PUBLISHED.is_valid(CATALOGUE)
    assert accepted(CATALOGUE)


@pytest.mark.parametrize("model_type", TYPES)
@often
@given(data=st.data())
def test_both_agree_on_entries_with_mistakes(model_type: str, data: st.DataObject) -> None:
    original = data.draw(st.sampled_from([*REAL[model_type], entry("least", model_type)]))
    candidate = catalogue(data.draw(mutated(original)))

    assert accepted(candidate) == PUBLISHED.is_valid(candidate)


@given(data=catalogues())
def test_both_accept_what_is_made_to_be_valid(data: Json) -> None:
    assert PUBLISHED.is_valid(data)
    assert accepted(data)


@often
@given(data=mutated({"version": "1.0", "types": {"own": "Mine."}, "models": one_of_each()}))
def test_both_agree_on_whole_catalogues(data: Any) -> None:
    assert accepted(data) == PUBLISHED.is_valid(data)


@pytest.mark.parametrize("value", ["org/name\n", "org/name\r", "\norg/name"])
def test_a_line_break_is_no_part_of_any_pattern(value: str) -> None:
    """In Python's patterns `$` also matches before a final newline."""
    for candidate in (
        entry(huggingface_id=value),
        entry(revision="0" * 40 + "\n"),
        entry(release_date="2024\n"),
        entry(specs={"parameters": "110M\n", "embedding_dim": 1}),
        entry(aliases=["one\n"]),
    ):
        assert not PUBLISHED.is_valid(catalogue(candidate))
        assert not accepted(catalogue(candidate))


_LEAVES = [node for model_type in TYPES for _, node in _described(type_schema(model_type), "")]
_SCHEMAS = st.sampled_from(_LEAVES) | st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["string", "integer", "boolean", "number", ["string", "null"], "array"]
        )
    },
    optional={
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "minimum": st.integers(-2, 2),
        "pattern": st.sampled_from(["^a", "b$", "^[0-9]+$"]),
        "items": st.fixed_dictionaries({"type": st.sampled_from(["string", "integer"])}),
        "uniqueItems": st.booleans(),
        "minItems": st.integers(0, 2),
    },
)


@often
@given(
    value=anything | documents | st.sampled_from([1, 1.0, True, "a", "", ["a"], ["a", "a"]]),
    schema=_SCHEMAS,
)
def test_the_short_cut_accepts_only_what_is_valid(value: Any, schema: Json) -> None:
    if plainly_valid(value, schema):
        assert Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("tag", "valid"),
    [
        ("all-minilm", True),
        ("all-minilm:l6", True),
        ("acme/tiny:1", True),
        ("registry.example.com:5000/acme/tiny:1", True),
        ("localhost:5000/tiny", True),
        ("hf.co/acme/tiny:Q4_K_M", True),
        ("localhost:5000", True),  # indistinguishable from a name with a tag
        ("host:port/tiny", False),
        ("a:b:c", False),
        ("acme/:1", False),
        ("", False),
    ],
)
def test_tags_of_ollama(tag: str, valid: bool) -> None:
    assert accepted(catalogue(entry(ollama_tag=tag))) is valid
