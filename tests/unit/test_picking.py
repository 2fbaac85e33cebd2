"""`only`: what a project takes from the catalogue that it extends."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogues import catalogue, entry
from registry_codegen.compile import compile_catalogue, load_catalogue
from registry_codegen.errors import CatalogueError, ConfigurationError
from registry_codegen.options import Options

BELOW = catalogue(
    entry("one", superseded_by="two", status="deprecated"),
    entry("two", license="Apache-2.0", capabilities={"languages": ["de", "en"]}),
    entry("three", "cross-encoder", organization="acme"),
    entry("four", "cross-encoder", license="Apache-2.0"),
    selected={"embedding": "two"},
)
OWN = catalogue(entry("mine"), {"id": "three", "description": "Overridden."})


def options(folder: Path, *only: str, **more: Any) -> Options:
    (folder / "below.json").write_text(json.dumps(BELOW))
    (folder / "models.json").write_text(json.dumps(OWN))
    picked = {"only": list(only)} if only else {}
    table = {"output": "acme/_generated.py", "extends": "below.json", **picked, **more}
    return Options.from_table(table, folder)


def ids(folder: Path, *only: str, **more: Any) -> set[str]:
    return {each["id"] for each in load_catalogue(options(folder, *only, **more)).data["models"]}


@pytest.mark.parametrize(
    ("only", "picked"),
    [
        ((), {"one", "two", "four"}),
        (("two",), {"two"}),
        (("type:cross-encoder",), {"four"}),
        (("type:Dense language:DE",), {"two"}),
        (("license:apache*",), {"two", "four"}),
        (("one", "license:Apache-2.0 type:cross-encoder"), {"one", "four"}),
    ],
)
def test_ids_and_queries(only: tuple[str, ...], picked: set[str], tmp_path: Path) -> None:
    assert ids(tmp_path, *only) == {"mine", "three", *picked}
    assert compile_catalogue(options(tmp_path, *only))


def test_hide_takes_away_from_what_was_picked(tmp_path: Path) -> None:
    assert ids(tmp_path, "type:dense", hide=["one"]) == {"mine", "three", "two"}


def test_nothing_names_what_was_not_picked(tmp_path: Path) -> None:
    data = load_catalogue(options(tmp_path, "one")).data
    assert "superseded_by" not in next(each for each in data["models"] if each["id"] == "one")
    assert not data.get("selected")


@pytest.mark.parametrize("text", ["twoo", "type:sparse", "tpye:dense", "", "license:"])
def test_what_picks_nothing_is_an_error(text: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(options(tmp_path, "two", text))
    (problem,) = [each for each in caught.value.problems if each.message.startswith("only: ")]
    assert f'"{text}"' in problem.message


@pytest.mark.parametrize(
    "more", [{"only": "two"}, {"only": [7]}, {"only": []}, {"only": ["two"], "extends": None}]
)
def test_mistakes_in_the_table(more: dict[str, Any], tmp_path: Path) -> None:
    table = {"output": "acme/_generated.py", "extends": "below.json", **more}
    (tmp_path / "below.json").write_text(json.dumps(BELOW))
    with pytest.raises(ConfigurationError):
        Options.from_table({k: v for k, v in table.items() if v is not None}, tmp_path)
