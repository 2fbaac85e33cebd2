"""Every command that writes a file, at the same time as itself and all others: nothing is lost."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import command_line
import pytest
from forked import together
from hub_project import HubProject, entry, project

__all__ = ["project"]  # a fixture that pytest finds by name

ROUNDS = 20
PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme"
version = "1"

[tool.hatch.build.hooks.model-registry]
catalogue = "models.json"
output = "acme/_generated.py"
"""
BOTH = (0, 1)
SELECTED = {"embedding": "a0", "cross_encoder": "c", "llm": "l"}
AS_DENSE = ("--type", "dense", "--set", "specs.embedding_dim=8", "--set", "specs.parameters=1M")


def of_type(kind: str, model_id: str, name: str) -> dict[str, Any]:
    return entry(model_id, name, type=kind, specs={"parameters": "1M"})


def prepare(project: HubProject, folder: Path) -> Path:
    """A project with a catalogue, everything of which the Hub has."""
    models = [
        entry("a0", "acme/a0"),
        entry("a1", "acme/a1"),
        of_type("cross-encoder", "c", "acme/c"),
        of_type("cross-encoder", "c1", "acme/c1"),
        of_type("llm", "l", "acme/l"),
    ]
    for name in ("a0", "a1", "c", "c1", "l", "new0", "new1"):
        files = {
            "config.json": json.dumps({"model_type": "bert", "hidden_size": 8}),
            "modules.json": json.dumps(
                [{"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"}]
            ),
            "README.md": "---\nlicense: mit\npipeline_tag: sentence-similarity\n---\n",
        }
        project.hub.store.add(f"acme/{name}", files)
    folder.mkdir()
    (folder / "models.json").write_text(
        json.dumps({"selected": SELECTED, "models": models}, indent=2)
    )
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "acme").mkdir()
    return folder


def commands(number: int) -> dict[str, list[str | Path]]:
    """Every command that writes; two of each change two things in one file."""
    return {
        "lock": ["lock", f"a{number}"],
        "select": ["select", *(("embedding", "a1"), ("cross_encoder", "c1"))[number]],
        "add": ["add", f"acme/new{number}", *AS_DENSE],
        "log": ["log"],
        "release": ["release", f"v1.{number}"],
        "docs": ["docs"],
        "generate": ["generate"],
    }


def losses(folder: Path, begun: Path) -> list[str]:
    """What is not there although a command that ended well wrote it."""
    lock = json.loads((folder / "models.lock.json").read_text())["models"]
    selected = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]["registry"]
    catalogue = {each["id"] for each in json.loads((folder / "models.json").read_text())["models"]}
    runs = json.loads((folder / "outputs" / "model_version_log.json").read_text())["runs"]
    releases = json.loads((folder / "models.versions.json").read_text())["releases"]
    there = {
        "lock": lock.keys() == {"a0", "a1"},
        "select": selected["selected"] == {"embedding": "a1", "cross_encoder": "c1"},
        "add": {"new0", "new1"} <= catalogue,
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
    """What no command should leave."""
    return [path.name for path in folder.rglob(".*") if path.suffix in (".tmp", ".lock")]


@pytest.mark.heavy
def test_nothing_is_lost(project: HubProject, tmp_path: Path) -> None:
    template = prepare(project, tmp_path / "template")
    settings = project.settings | {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    lost = Counter[str]()
    # Slow answers, so that everything is read before anything is written.
    project.hub.fails("slow", path="/api/*", seconds=0.1, times=None)
    for number in range(ROUNDS + 1):
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
        if number == 0:  # one after the other: what is imported here, no fork has to import
            for command, place in jobs:
                result = command_line.run(*command, cwd=place, **settings)
                assert result.status == 0, result.output
        else:
            assert together(jobs, settings) == []
        lost.update(losses(folder, begun))
        assert left_behind(folder) + left_behind(begun) == []
    assert lost == Counter()
