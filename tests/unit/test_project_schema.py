"""The schema of a project's catalogue: editors and the build agree."""

import json
from typing import Any

from hypothesis import given, reject, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalogues import CATALOGUE, Json, catalogue, entry
from mutations import mutated
from own_fields import own_catalogues
from registry_base.json_shapes import look_up
from registry_codegen.conformance import document_problems, entry_problems
from registry_codegen.errors import CatalogueError
from registry_codegen.overlay import lay_over, single
from registry_codegen.project_schema import project_schema
from registry_codegen.read import parse_catalogue
from registry_codegen.schema import load_schema

OWNER = {"type": "string", "description": "The team to ask."}
UNDER = catalogue(
    entry("under-dense"),
    entry("under-speech", "speech", sample_rate=16000),
    types={
        "speech": {
            "description": "Transcribes.",
            "properties": {"sample_rate": {"type": "integer", "description": "In hertz."}},
            "required": ["sample_rate"],
        }
    },
)


def document(data: Any) -> Any:
    return parse_catalogue(json.dumps(data), "models.json")


def editor(own: Json, below: Json | None = None) -> Draft202012Validator:
    """The check that an editor runs while a person writes `own`."""
    if below is None:
        merged = single(document(own), "own")
    else:
        merged = lay_over(document(own), document(below), (), ("own", "below"))
    return Draft202012Validator(project_schema(merged))


def editor_if_read(own: Json) -> Draft202012Validator:
    """The same, skipping catalogues with numbers that the reader rejects."""
    try:
        return editor(own)
    except CatalogueError:
        reject()


def accepted(data: Json) -> bool:
    models, types = data["models"], data.get("types")
    return not [*document_problems(data), *entry_problems(models, types)]


def test_nothing_of_its_own_is_the_published_one() -> None:
    assert project_schema(single(document(CATALOGUE), "registry")) is load_schema()


@given(own_catalogues())
def test_own_fields_are_known(data: Json) -> None:
    assert editor_if_read(data).is_valid(data)


@settings(max_examples=2 * settings().max_examples)  # each takes tens of milliseconds
@given(own=own_catalogues(), data=st.data())
def test_editors_and_the_build_agree_on_mistakes(own: Json, data: st.DataObject) -> None:
    check = editor_if_read(own)
    index = data.draw(st.integers(0, len(own["models"]) - 1))
    changed = data.draw(mutated(own["models"][index]))
    candidate = {**own, "models": [*own["models"][:index], changed, *own["models"][index + 1 :]]}
    if look_up(changed, "type") == own["models"][index]["type"]:
        assert check.is_valid(candidate) == accepted(candidate)


def test_an_own_field_belongs_to_its_type() -> None:
    types = {"dense": {"properties": {"owner": OWNER}}}
    check = editor(catalogue(entry("one", owner="search"), types=types))
    assert check.is_valid(catalogue(entry("one", owner="search"), types=types))
    assert not check.is_valid(catalogue(entry("one", owner=1), types=types))
    assert not check.is_valid(catalogue(entry("one", "colbert", owner="search"), types=types))
    assert not check.is_valid(catalogue(entry("one", "speech"), types=types))  # not declared


def test_what_overrides_says_only_what_differs() -> None:
    check = editor(catalogue(entry("new")), UNDER)
    Draft202012Validator.check_schema(check.schema)

    def fits(**fields: object) -> bool:
        return check.is_valid({"models": [fields]})

    assert fits(id="under-dense", description="Ours.")
    assert fits(id="under-speech", sample_rate=8000)
    assert fits(id="under-dense", specs={"context_length": 256})
    assert not fits(id="under-speech", sample_rate="8000")
    assert not fits(id="under-dense", sample_rate=8000)
    assert not fits(id="under-dense", descripton="Ours.")
    assert not fits(id="under-dens", description="Ours.")  # neither complete nor known
    assert not fits(description="Ours.")
    assert check.is_valid({"models": [entry("more", "speech", sample_rate=8000)]})
    assert not check.is_valid({"models": [entry("more", "speech")]})


def test_a_wrong_declaration_does_not_stop_the_others() -> None:
    types = {
        "dense": {"properties": {"owner": OWNER, "Wrong": {"type": "string"}}},
        "speech": {"properties": {"rate": {"type": "decimal"}}},
    }
    check = editor(catalogue(entry("one"), types=types))
    assert not check.is_valid({"models": [entry("one", owner=1)]})
