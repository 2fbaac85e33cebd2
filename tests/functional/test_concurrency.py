"""Every command that writes, run concurrently with itself and all others: nothing is lost."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import command_line
import pytest
from forked import together
from hub_project import HubProject, project
from writing_project import ARCHITECTURES, AS_DENSE, BOTH, commands, prepare

__all__ = ["project"]  # a fixture that pytest finds by name


def losses(folder: Path, begun: Path) -> list[str]:
    """What is missing although a successful command wrote it."""
    lock = json.loads((folder / "models.lock.json").read_text())["models"]
    selected = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["registry"]
    models = json.loads((folder / "models.json").read_text())["models"]
    catalogue = {each["id"]: each for each in models}
    runs = json.loads((folder / "outputs" / "model_version_log.json").read_text())["runs"]
    releases = json.loads((folder / "models.versions.json").read_text())["releases"]
    there = {
        "lock": lock.keys() == {"a0", "a1"},
        "select": selected["selected"] == {"embedding": "a1", "cross_encoder": "c1"},
        "add": {"new0", "new1"} <= catalogue.keys(),
        "verify": {catalogue[each]["license"] for each in ("a0", "a1")} == {"MIT"},
        "log": len(runs) == len(BOTH),
        "release": len(releases) == len(BOTH),
        "docs": "</html>" in (folder / "catalogue.html").read_text(),
        "generate": (folder / "acme" / "_generated.py").exists(),
    }
    project = tomllib.loads((begun / "pyproject.toml").read_text())
    beginning = json.loads((begun / "models.json").read_text())["models"]
    there |= {
        "init": "model-registry" in project["tool"]["hatch"]["build"]["hooks"],
        "init and select": project["tool"]["registry"]["selected"] == {"llm": "qwen3-1.7b"},
        "init and add": "new0" in {each["id"] for each in beginning},
        "init twice": (begun / ".gitignore").read_text().count("_generated") == 1,
    }
    return [name for name, kept in there.items() if not kept]


def left_behind(folder: Path) -> list[str]:
    """Temporary and lock files, which no command should leave."""
    return [path.name for path in folder.rglob(".*") if path.suffix in (".tmp", ".lock")]


@pytest.mark.heavy
@pytest.mark.parametrize("rounds", [2, pytest.param(60, marks=pytest.mark.exhaustive)])
def test_nothing_is_lost(project: HubProject, tmp_path: Path, rounds: int) -> None:
    template = prepare(project, tmp_path / "template")
    home = tmp_path / "kept"
    settings = (
        project.settings | {"REGISTRY_CACHE_DIR": str(home)} | {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    )
    lost = Counter[str]()
    # Slow answers, so that all commands have read before any of them writes.
    project.hub.fails("slow", path="/api/*", seconds=0.1, times=None)
    for number in range(rounds + 1):
        folder = tmp_path / f"round-{number}"
        shutil.copytree(template, folder)
        begun = tmp_path / f"begun-{number}"
        begun.mkdir()
        (begun / "pyproject.toml").write_text('[project]\nname = "begun"\nversion = "1"\n')
        jobs: list[tuple[list[str | Path], Path]] = [
            (command, folder) for each in BOTH for command in commands(each).values()
        ]
        jobs += [
            (["init"], begun),
            (["select", "llm", "qwen3-1.7b", "--catalogue", "registry"], begun),
            (["add", "acme/new0", *AS_DENSE, "--catalogue", "models.json"], begun),
        ]
        if number == 0:  # run serially: forks then need not import anything
            for command, place in jobs:
                result = command_line.run(*command, cwd=place, **settings)
                assert result.status == 0, result.output
        else:
            assert together(jobs, settings) == []
        lost.update(losses(folder, begun))
        kept = json.loads((home / "huggingface_model_types.json").read_text())
        lost.update(kind for kind in ARCHITECTURES if kind not in kept)
        shutil.rmtree(home)
        assert left_behind(folder) + left_behind(begun) == []
    assert lost == Counter()
