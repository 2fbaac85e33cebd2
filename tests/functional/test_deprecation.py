"""A deprecated model is reported as such when it is loaded, listed and shown."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from command_line import on_terminal as shown_on
from command_line import run, without_styles

from catalogues import catalogue, entry
from registry import BGE_M3, BGE_SMALL_EN, E5_BASE, DenseModel, load
from registry.errors import LoadError

NOWHERE = "no-such-folder"


def warned(model: DenseModel) -> list[str]:
    """The warnings of two attempts to load a model."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        for _ in range(2):
            with pytest.raises(LoadError):
                load(model, local_path=NOWHERE)
    return [
        f"{Path(each.filename).name}: {each.message}"
        for each in found
        if issubclass(each.category, DeprecationWarning)
    ]


def test_loading_one_warns_once_where_it_is_loaded() -> None:
    assert warned(BGE_SMALL_EN) == [
        "test_deprecation.py: bge-small-en is deprecated; use bge-small-en-v1.5"
    ]
    assert warned(BGE_M3) == []


def test_at_run_time_its_class_is_that_of_the_others() -> None:
    assert type(E5_BASE) is DenseModel
    assert repr(E5_BASE).startswith("DenseModel(")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    entries = (
        entry("new"),
        entry("old", status="deprecated", superseded_by="new"),
        entry("older", status="deprecated"),
    )
    (tmp_path / "models.json").write_text(json.dumps(catalogue(*entries)))
    return tmp_path


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_list_says_so_below_the_row(folder: Path, columns: int) -> None:
    lines = without_styles(shown_on("list", cwd=folder, columns=columns)).splitlines()

    at = {line.split()[0]: number for number, line in enumerate(lines)}
    assert lines[at["old"] + 1] == "    deprecated; use new"
    assert lines[at["older"] + 1] == "    deprecated"
    assert [line for line in lines if "deprecated" in line] == [
        lines[at["old"] + 1],
        lines[at["older"] + 1],
    ]


def test_a_page_says_so_in_its_second_line(folder: Path) -> None:
    assert run("show", "old", cwd=folder).stdout.splitlines()[1] == "deprecated; use new"
    assert "deprecated" not in run("show", "new", cwd=folder).stdout


def test_rows_in_a_pipe_stay_as_they_are(folder: Path) -> None:
    rows = run("list", cwd=folder).stdout.splitlines()

    assert [row.split("\t")[0] for row in rows] == ["new", "old", "older"]
