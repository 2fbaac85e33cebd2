"""`registry docs` in a process of its own: what it writes, when, and what it prints."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command_line import COMMAND, NO_BYTECODE, complaint, environment, run, succeed
from environments import Environment
from sources import OWN_REGISTRY, Built, copy_project, settings

from catalogues import catalogue, entry
from goldens import Golden
from registry import MODEL_REGISTRY
from registry_codegen.names import constant_name

FILES = ("MODELS.md", "catalogue.html")


def write_catalogue(folder: Path, *models: dict[str, Any], name: str = "models.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(catalogue(*models)), "utf-8")
    return path


def data_of(page: Path) -> Any:
    found = re.search(
        r'<script type="application/json" id="page_data">(.*?)</script>', page.read_text(), re.S
    )
    assert found
    return json.loads(found[1])


def test_this_project(tmp_path: Path) -> None:
    said = succeed("docs", "--output", tmp_path)
    assert said == "".join(f"{tmp_path / name}: written\n" for name in FILES)

    data = data_of(tmp_path / "catalogue.html")
    assert data["package"] == "registry"
    assert len(data["models"]) == len(MODEL_REGISTRY)
    text = (tmp_path / "MODELS.md").read_text("utf-8")
    for model in MODEL_REGISTRY:
        name = model.huggingface_id  # None if an API serves it
        assert (f"[{model.id}](https://huggingface.co/{name})" if name else model.id) in text


def test_a_folder_without_a_project(tmp_path: Path) -> None:
    write_catalogue(tmp_path, entry())
    assert succeed("docs", cwd=tmp_path) == "MODELS.md: written\ncatalogue.html: written\n"
    assert data_of(tmp_path / "catalogue.html")["package"] is None
    assert "`SOME_MODEL`" in (tmp_path / "MODELS.md").read_text("utf-8")


def test_a_catalogue_that_is_named(tmp_path: Path) -> None:
    path = write_catalogue(tmp_path, entry("other"), name="other.json")
    succeed("docs", "--catalogue", path, "--output", tmp_path / "a" / "b")
    ((kind, constant, *_),) = data_of(tmp_path / "a" / "b" / "catalogue.html")["models"]
    assert (kind, constant) == ("dense", "OTHER")


def test_a_project_over_the_public_catalogue_shows_both(tmp_path: Path) -> None:
    project = copy_project(OWN_REGISTRY, tmp_path / "project")
    own = json.loads((project / "models.json").read_text("utf-8"))["models"]
    settings_file = project / "pyproject.toml"
    settings_file.write_text(settings_file.read_text("utf-8").replace("# extends", "extends"))
    succeed("docs", "--output", "docs", cwd=project)

    data = data_of(project / "docs" / "catalogue.html")
    assert data["package"] == "acme_models"
    shown = {constant for _, constant, *_ in data["models"]}
    assert {constant_name(model["id"]) for model in own} < shown
    assert "COLBERT_V2" in shown


def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    write_catalogue(tmp_path, entry(), name=os.fsdecode(b"\xff<b>.json"))
    succeed("docs", "--catalogue", os.fsdecode(b"\xff<b>.json"), cwd=tmp_path)
    assert "\\udcff&lt;b&gt;.json" in (tmp_path / "catalogue.html").read_text("utf-8")
    assert "\\\\udcff\\<b\\>.json" in (tmp_path / "MODELS.md").read_text("utf-8")


def test_what_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    write_catalogue(tmp_path, entry())
    succeed("docs", cwd=tmp_path)
    for name in FILES:
        os.utime(tmp_path / name, (1, 1))

    assert succeed("docs", cwd=tmp_path) == "MODELS.md: up to date\ncatalogue.html: up to date\n"
    assert [(tmp_path / name).stat().st_mtime for name in FILES] == [1, 1]


def test_check_says_what_is_stale_and_writes_nothing(tmp_path: Path, golden: Golden) -> None:
    write_catalogue(tmp_path, entry())
    succeed("docs", cwd=tmp_path)
    (tmp_path / "catalogue.html").unlink()
    (tmp_path / "MODELS.md").write_text("edited by hand")

    result = run("docs", "--check", cwd=tmp_path)
    assert result.status == 1
    assert result.stdout == "MODELS.md: stale\ncatalogue.html: missing\n"
    golden(result.stderr)
    assert (tmp_path / "MODELS.md").read_text() == "edited by hand"
    assert not (tmp_path / "catalogue.html").exists()


@pytest.mark.parametrize("name", FILES)
def test_what_was_written_by_hand_stays(name: str, tmp_path: Path, golden: Golden) -> None:
    write_catalogue(tmp_path, entry())
    (by_hand := tmp_path / name).write_text("# Our models\n")

    result = run("docs", cwd=tmp_path)
    assert (result.status, result.stdout) == (1, "")
    golden(result.stderr)
    assert by_hand.read_text() == "# Our models\n"
    assert {path.name for path in tmp_path.iterdir()} == {"models.json", name}

    by_hand.write_text("\n")  # a placeholder
    assert succeed("docs", cwd=tmp_path).count("written") == 2
    write_catalogue(tmp_path, entry("renamed"))
    assert succeed("docs", cwd=tmp_path).count("written") == 2


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_json(check: tuple[str, ...], tmp_path: Path) -> None:
    write_catalogue(tmp_path, entry())
    result = run("docs", "--json", *check, cwd=tmp_path)
    state = "missing" if check else "written"

    assert (result.status, result.stderr) == (1 if check else 0, "")
    assert json.loads(result.stdout) == {
        "models": 1,
        "files": [{"file": name, "state": state} for name in FILES],
    }


def test_a_catalogue_with_problems_writes_nothing(tmp_path: Path) -> None:
    write_catalogue(tmp_path, entry(revision="main"))
    result = run("docs", cwd=tmp_path)

    assert (result.status, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "Error: 1 problem; nothing was written"
    assert "models.json:1:267: /models/0/revision: " in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["models.json"]


def test_a_place_that_cannot_be_written_to(tmp_path: Path, golden: Golden) -> None:
    path = write_catalogue(tmp_path, entry())
    golden(complaint("docs", "--output", "models.json", cwd=tmp_path))
    assert json.loads(path.read_text())["models"]
    (tmp_path / "MODELS.md").mkdir()
    golden(complaint("docs", cwd=tmp_path))


def test_a_disk_that_is_full(tmp_path: Path, golden: Golden) -> None:
    """A file size limit makes writing fail halfway, as on a full disk."""
    write_catalogue(tmp_path, entry())
    done = subprocess.run(
        ["prlimit", "--fsize=100", *COMMAND, "docs"],
        cwd=tmp_path,
        # Otherwise Python would leave truncated .pyc files in the sources.
        env=environment(**NO_BYTECODE),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    golden(done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["models.json"]


def test_from_the_wheel(
    builder: Environment, built: Built, snapshot: Path, tmp_path: Path, golden: Golden
) -> None:
    """The wheel contains the template, the style and the script."""
    extras = settings(snapshot)["project"]["optional-dependencies"]
    environment = Environment.create(tmp_path / "venv", *extras["cli"], *extras["codegen"])
    builder.install(built.wheel, environment)
    (tmp_path / "project").mkdir()
    write_catalogue(tmp_path / "project", entry())

    said = environment.succeed("-m", "registry", "docs", cwd=tmp_path / "project")
    golden(said)
    succeed("docs", "--check", cwd=tmp_path / "project")  # the same as from the sources
