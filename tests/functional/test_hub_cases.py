"""Small repositories modeled on real ones that `registry add` once read wrongly.

expected.json has the right result for each: fields by dotted path (null: must be absent), the
options to pass, the types that its catalogue declares, and whether `add` must refuse it. Weights
are dummies.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hub_project import HubProject, entry, project

from catalogues import ROOT
from registry_base.json_shapes import look_up

__all__ = ["project"]  # a fixture that pytest finds by name

FOLDER = ROOT / "tests/cases/hub"
CASES: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
# What the Hub itself reads from GGUF files and reports in its API.
GGUF = {"total": 4_300_000_000, "context_length": 131072}


def files_of(folder: Path) -> dict[str, Any]:
    """The files of a folder by relative path."""
    return {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("name", CASES)
def test_is_read_right(name: str, project: HubProject) -> None:
    case = CASES[name]
    extra = {"gguf": GGUF} if name.endswith("-gguf") else {}
    project.hub.store.add(f"acme/{name}", files_of(FOLDER / name), extra=extra)
    types = {kind: {"description": text} for kind, text in (case["types"] or {}).items()}
    project.catalogue(entry("other", "acme/other"), **({"types": types} if types else {}))
    result = project.run("add", f"acme/{name}", *case["args"])
    models = json.loads((project.folder / "models.json").read_text("utf-8"))["models"]
    added = [each for each in models if each["huggingface_id"] == f"acme/{name}"]
    if case["refused"]:
        assert result.status == 1, result.output
        assert added == []
        return
    assert result.status == 0, result.output
    read = {path: look_up(added[0], *path.split(".")) for path in case["right"]}
    assert read == case["right"], result.output
    assert project.run("validate").status == 0
