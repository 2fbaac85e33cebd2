"""Adding to a catalogue: what is read, checked and refused, without a Hub."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogues import catalogue, entry
from registry.catalogue import codegen
from registry.catalogue.editing import CatalogueFile
from registry.cli.run import run
from registry.hub import adding
from registry.hub._description import Description, Fact
from registry.hub.adding import Addition, add_entries
from registry_base import json_document

FACTS: dict[str, object] = {
    "license": "MIT",
    "specs.parameter_count": 22_713_216,
    "specs.embedding_dim": 384,
    "specs.context_length": 512,
}


def described(name: str, **facts: object) -> Addition:
    given = {**FACTS, **{path.replace("__", "."): value for path, value in facts.items()}}
    made = {path: Fact(value, "config.json: x") for path, value in given.items()}
    return Addition(name, Description(name, "0" * 40, "dense", "config.json", made, {}, {}))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CatalogueFile:
    monkeypatch.chdir(tmp_path)
    path = Path("models.json")
    path.write_text(json.dumps(catalogue(entry(license="MIT")), indent=2) + "\n", "utf-8")
    return CatalogueFile.read(path)


def ids(file: CatalogueFile) -> list[str]:
    return [each["id"] for each in file.entries]


def test_one_that_is_refused_holds_up_no_other(file: CatalogueFile) -> None:
    found = [described("acme/good"), described("acme/bad", specs__embedding_dim=-1)]
    good, bad = add_entries(file, [*found])
    assert good.entry is not None
    assert good.failure is None
    assert bad.entry is None
    assert str(bad.failure).startswith("acme/bad: ")
    assert ids(file) == ["some-model", "good"]
    assert file.save()


def test_the_id_of_one_that_is_refused_is_free(file: CatalogueFile) -> None:
    found = [described("acme/same", specs__embedding_dim=-1), described("other/same")]
    _, good = add_entries(file, found)
    assert good.entry is not None
    assert good.entry["id"] == "same"


def test_problems_of_other_entries_are_not_theirs(file: CatalogueFile) -> None:
    file.set("some-model", ("license",), 7)
    (added,) = add_entries(file, [described("acme/good")])
    assert added.failure is None


@pytest.mark.parametrize("names", [["acme/one"], ["acme/one", "acme/two", "acme/three"]])
def test_the_catalogue_is_read_once_and_what_is_written_once(
    names: list[str], file: CatalogueFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are added, the file is read once, and its new text parsed and checked once."""
    reads: list[Path] = []
    parsed: list[str] = []
    checked: list[object] = []

    def counting(seen: list[Any], function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(first: Any, *others: Any, **more: Any) -> Any:
            seen.append(first)
            return function(first, *others, **more)

        return counted

    def from_the_hub(names: list[str], *_: object, **__: object) -> list[Addition]:
        return [described(name) for name in names]

    monkeypatch.setattr(adding, "describe_repositories", from_the_hub)
    monkeypatch.setattr(json_document, "_read", counting(reads, json_document._read))
    monkeypatch.setattr(json, "loads", counting(parsed, json.loads))
    monkeypatch.setattr(codegen, "problems_of", counting(checked, codegen.problems_of))
    monkeypatch.setattr("registry.catalogue.editing.problems_of", codegen.problems_of)
    monkeypatch.setattr(sys, "argv", ["registry", "add", *names, "--catalogue", "models.json"])
    assert run() == 0
    assert ids(CatalogueFile.read(file.path)) == [
        "some-model",
        *(each.partition("/")[2] for each in names),
    ]
    # The last read is done by this test.
    assert len(reads) - 1 == 1
    catalogues = [text for text in parsed if '"models":' in text]
    assert len(catalogues) - 1 == 2
    assert len(checked) == 1
