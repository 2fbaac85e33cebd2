"""The pre-commit hooks for other projects: what they run, and their exit status."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import run, succeed
from environments import Result
from sources import OWN_REGISTRY, ROOT, copy_project

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(OWN_REGISTRY, tmp_path / "acme")


def start(hook: str, project: Path) -> Result:
    command, *arguments = shlex.split(HOOKS[hook]["entry"])
    assert command == "registry"
    return run(*arguments, cwd=project)


def change(project: Path) -> None:
    path = project / "models.json"
    catalogue = json.loads(path.read_text("utf-8"))
    catalogue["models"][0]["description"] = "Said anew."
    path.write_text(json.dumps(catalogue), "utf-8")


def test_there_are_three_and_they_bring_what_they_need() -> None:
    assert HOOKS.keys() == {"registry-validate", "registry-generate", "registry-scan"}
    for name, hook in HOOKS.items():
        assert hook["additional_dependencies"] == [".[cli,codegen]"]
        assert hook.get("pass_filenames", True) == (name == "registry-scan")


@pytest.mark.parametrize("hook", HOOKS)
def test_what_is_right_passes(hook: str, project: Path) -> None:
    succeed("generate", cwd=project)

    assert start(hook, project).status == 0


@pytest.mark.parametrize("hook", HOOKS)
def test_a_catalogue_that_is_broken_fails_and_says_where(hook: str, project: Path) -> None:
    succeed("generate", cwd=project)
    (project / "models.json").write_text("{")
    result = start(hook, project)

    assert result.status == 1
    assert "models.json:1:2: " in result.stderr


def test_a_module_that_is_missing_fails(project: Path) -> None:
    result = start("registry-generate", project)

    assert result.status == 1
    assert "src/acme_models/_generated.py is missing" in result.stderr


def test_a_module_that_is_stale_fails_and_stays_as_it_is(project: Path) -> None:
    succeed("generate", cwd=project)
    before = (project / "src" / "acme_models" / "_generated.py").read_bytes()
    change(project)
    result = start("registry-generate", project)

    assert result.status == 1
    assert "src/acme_models/_generated.py is stale" in result.stderr
    assert (project / "src" / "acme_models" / "_generated.py").read_bytes() == before


def test_a_model_that_is_hard_coded_fails(project: Path) -> None:
    (project / "app.py").write_text('MODEL = "acme/encoder-small"\n')
    result = start("registry-scan", project)

    assert result.status == 1
    assert result.stdout.startswith("app.py:1:10\t")
