"""Correct entries stay as they are: `verify` finds nothing, `--fix` changes nothing."""

from __future__ import annotations

import json

import pytest
from hub_project import HubProject, project
from right_entries import CROSS_ENCODERS, DENSE, LATE, SPARSE
from right_generators import LLMS, OTHERS

__all__ = ["project"]  # a fixture that pytest finds by name

RIGHT = [*DENSE, *SPARSE, *CROSS_ENCODERS, *LATE, *LLMS, *OTHERS]


@pytest.fixture
def filled(project: HubProject) -> HubProject:
    """One catalogue with all of them, and their repositories."""
    for each in RIGHT:
        if each.files:
            project.hub.store.add(each.name, each.contents, extra=each.extra)
    entries = [each.entry for each in RIGHT]
    project.catalogue(*entries, types={"speech": "Transcribes speech."})
    return project


def test_right_entries_stay_as_they_are(filled: HubProject) -> None:
    assert len(RIGHT) >= 30
    assert {each.type for each in RIGHT} == {
        "dense",
        "sparse",
        "cross-encoder",
        "colbert",
        "vision-language",
        "llm",
        "timeseries",
        "speech",
    }
    assert filled.run("validate").status == 0
    before = (filled.folder / "models.json").read_bytes()
    found = filled.run("verify", "--fix")
    assert (filled.folder / "models.json").read_bytes() == before
    assert (found.stdout, found.stderr) == (
        "",
        f"registry: {len(RIGHT)} models checked, 0 fixed\n",
    )
    assert found.status == 0


@pytest.mark.parametrize("each", [r for r in RIGHT if r.files], ids=lambda r: r.name)
def test_what_add_writes_says_the_same(each: object, filled: HubProject) -> None:
    """Fields that `add` writes have the same values as in the correct entry."""
    entry = next(r for r in RIGHT if r is each)
    others = [r.entry for r in RIGHT if r.name != entry.name]
    filled.catalogue(*others, types={"speech": "Transcribes speech."})
    needed = ("--set", "specs.parameters=1.24B") if not entry.count else ()
    added = filled.run("add", entry.name, "--type", entry.type, "--dry-run", *needed)
    assert added.status == 0, added.output
    made = json.loads(added.stdout)
    specs = made["specs"]
    stated = entry.entry["specs"]
    assert {name: specs[name] for name in stated if name in specs} == {
        name: value for name, value in stated.items() if name in specs
    } | ({"context_length": 512} if entry.name == "acme/truncating" else {})
