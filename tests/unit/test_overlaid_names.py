"""A catalogue over another one: what clashes is reported once, where its author can mend it."""

import json
from contextlib import chdir
from pathlib import Path

import pytest

from catalogues import Json, catalogue, entry
from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options

BELOW = (entry("public", aliases=["shared"], ollama_tag="pulled"), entry("another"))


def complaints(folder: Path, *own: Json) -> list[tuple[str, str, str | None]]:
    """The file, pointer and id of each problem of own entries over those of BELOW."""
    (folder / "below.json").write_text(json.dumps(catalogue(*BELOW)))
    (folder / "own.json").write_text(json.dumps(catalogue(*own)))
    with chdir(folder), pytest.raises(CatalogueError) as caught:
        compile_catalogue(Options(folder, "own.json", extends="below.json"))
    return [(each.file, each.pointer, each.model_id) for each in caught.value.problems]


def test_an_override_listed_twice_lacks_nothing(tmp_path: Path) -> None:
    twice = ({"id": "public", "revision": "a" * 40}, {"id": "public", "description": "Ours."})
    assert complaints(tmp_path, *twice) == [("own.json", "/models/1/id", "public")]


def test_an_own_model_listed_twice_shares_no_name_with_itself(tmp_path: Path) -> None:
    twice = entry("ours", aliases=["mine"], ollama_tag="ours")
    assert complaints(tmp_path, twice, twice) == [("own.json", "/models/1/id", "ours")]


@pytest.mark.parametrize("model_id", ["shared", "pulled"])
def test_the_own_id_is_to_blame_for_being_a_public_name(model_id: str, tmp_path: Path) -> None:
    assert complaints(tmp_path, entry(model_id)) == [("own.json", "/models/0/id", model_id)]
