"""GitHub workflows: actions are pinned, and run on every Python of pyproject.toml."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from catalogues import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# Its authors recommend the branch; release.yml says why.
BY_BRANCH = {"pypa/gh-action-pypi-publish@release/v1"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_say_which_release_it_is(path: Any) -> None:
    used = re.findall(r"uses: (\S+)(?: # (\S+))?", path.read_text("utf-8"))

    assert used
    for action, release in used:
        if action.startswith("./") or action in BY_BRANCH:
            continue
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r"v\d+\.\d+\.\d+", release), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_may_do_nothing_that_they_do_not_ask_for(path: Any) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))

    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert job["permissions"]
        assert "uses" in job or job["timeout-minutes"]


def test_every_python_that_is_promised_is_tested() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    promised = re.findall(r":: Python :: (3\.\d+)", "\n".join(pyproject["project"]["classifiers"]))

    assert promised
    assert set(promised) <= set(workflow["jobs"]["portable"]["strategy"]["matrix"]["python"])
