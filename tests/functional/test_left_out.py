"""A model underneath that the project leaves out: why commands and look-ups do not find it."""

from __future__ import annotations

import json
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from command_line import run

from catalogues import catalogue, entry
from goldens import Golden
from registry import EMBEDDING_MODELS, resolve
from registry.errors import UnknownModelError
from registry_codegen.absent import kept_out_by
from registry_codegen.projects import find_options

BELOW = catalogue(
    entry("hidden", huggingface_id="acme/hidden", aliases=["veiled"]),
    entry("unpicked", "cross-encoder"),
    entry("refused", license="CC-BY-NC-4.0", aliases=["declined"]),
    entry("kept", license="MIT"),
)
PROJECT = """
[tool.model-registry]
output = "acme/_generated.py"
extends = "below.json"
hide = ["hidden"]
only = ["type:dense"]

[tool.model-registry.policy]
refuse-licenses = ["*-NC-*"]
leave-out = true
"""
NAMES = ["hidden", "acme/Hidden", "veiled", "unpicked", "refused"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "below.json").write_text(json.dumps(BELOW))
    (tmp_path / "models.json").write_text(json.dumps(catalogue(entry("mine"))))
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_where_it_is_left_out(name: str, project: Path, golden: Golden) -> None:
    done = run("show", name, cwd=project)
    assert done.status == 1
    golden(done.stderr)


@pytest.mark.parametrize("command", ["lock", "verify", "pull"])
def test_commands_on_several_models(command: str, project: Path, golden: Golden) -> None:
    done = run(command, *NAMES, cwd=project)
    assert done.status == 1
    golden(done.stderr)


def test_a_selection(project: Path, golden: Golden) -> None:
    golden(run("select", cwd=project, REGISTRY_EMBEDDING_MODEL="hidden").stderr)


@pytest.mark.parametrize("name", NAMES)
def test_look_ups_say_so(name: str, project: Path) -> None:
    with chdir(project), pytest.raises(UnknownModelError, match=r"pyproject\.toml:\d+ \(\w+"):
        resolve(name)
    with chdir(project), pytest.raises(UnknownModelError) as caught:
        EMBEDDING_MODELS[name]
    assert ("pyproject.toml" in str(caught.value)) is (name != "unpicked"), "it is not dense"


def test_what_the_project_has_is_not_left_out(project: Path) -> None:
    own = catalogue(entry("mine"), {"id": "refused", "license": "MIT", "aliases": []})
    (project / "models.json").write_text(json.dumps(own))
    with chdir(project):
        assert resolve("refused").license == "MIT"
        with pytest.raises(UnknownModelError, match="registry list"):
            resolve("declined")


def test_rules_need_not_be_installed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "registry_codegen.rules.policy", None)
    options = find_options(project)
    assert options is not None
    assert kept_out_by(entry("refused"), options) == ("policy", "leave-out")


def test_messages_stay_short(project: Path) -> None:
    inside = project / ("long" * 50) / "inside"
    inside.mkdir(parents=True)
    for name in ("below.json", "models.json", "pyproject.toml"):
        (project / name).rename(inside.parent / name)
    with chdir(inside), pytest.raises(UnknownModelError) as caught:
        resolve("hidden")
    assert len(str(caught.value)) <= 300
