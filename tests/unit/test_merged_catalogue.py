"""The merged catalogue that a generated package carries is itself a catalogue, with its day."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalogues import catalogue, entry
from registry_codegen.compile import compile_catalogue, load_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options

EARLY, LATE = "2026-01-31", "2026-06-30"


def merged(folder: Path, below: str | None, **own: Any) -> dict[str, Any]:
    """What a package carries whose catalogue extends one of a day (or none), or stands alone."""
    models = [entry("mine", release_date="2026-01-10")]
    (folder / "own.json").write_text(json.dumps(catalogue(*models, **own)))
    public = catalogue(entry("public", release_date="2026-05-05"), as_of=below or LATE)
    (folder / "public.json").write_text(json.dumps(public))
    extends = None if below is None else "public.json"
    files = compile_catalogue(Options(folder, "own.json", "src/acme/_generated.py", extends))
    text = files["_generated_parts/models.json"]
    (folder / "merged.json").write_text(text)
    found: dict[str, Any] = json.loads(text)
    return found


def test_it_keeps_the_day_of_a_standalone_catalogue(tmp_path: Path) -> None:
    assert merged(tmp_path, None, as_of=EARLY)["as_of"] == EARLY


def test_over_another_one_it_has_its_own_day_or_none(tmp_path: Path) -> None:
    assert merged(tmp_path, LATE, as_of=EARLY)["as_of"] == EARLY
    assert "as_of" not in merged(tmp_path, LATE)


def test_only_own_models_must_be_released_by_that_day(tmp_path: Path) -> None:
    merged(tmp_path, LATE, as_of=EARLY)
    alone = Options(tmp_path, "merged.json")
    assert len(load_catalogue(alone).data["models"]) == 2
    text = (tmp_path / "merged.json").read_text()
    (tmp_path / "merged.json").write_text(text.replace("2026-01-10", "2026-02-10"))
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(alone)
    assert [each.model_id for each in caught.value.problems] == ["mine"]
