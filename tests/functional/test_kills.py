"""Commands that are killed: the next command cleans up what they leave."""

from __future__ import annotations

import random
import shutil
import signal
from pathlib import Path
from typing import Any

import command_line
import pytest
from forked import killed, killed_after
from hub_project import HubProject, entry, project
from writing_project import commands, prepare

__all__ = ["project"]  # a fixture that pytest finds by name

WEIGHTS = bytes(range(256)) * 4096 * 8  # 8 MiB


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def leftovers(folder: Path) -> list[str]:
    return [name for name in files(folder) if name.endswith((".tmp", ".incomplete"))]


@pytest.mark.heavy
@pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.exhaustive)])
def test_kills(project: HubProject, tmp_path: Path, rounds: int) -> None:
    """Right before a file is put in place, and at random moments."""
    template = prepare(project, tmp_path / "template")
    settings = project.settings
    chance = random.Random(50)
    kills = 0
    for round_ in range(rounds):  # each from the start: a command that is done cannot be killed
        whole, broken = tmp_path / f"whole-{round_}", tmp_path / f"broken-{round_}"
        for folder in (whole, broken):
            shutil.copytree(template, folder)
        for name, command in commands(0).items():
            for before in (1, 2):
                status = killed(command, broken, settings, before=before)
                kills += status == -signal.SIGKILL
            kills += killed_after(chance.uniform(0, 0.3), command, broken, settings) != 0
            result = command_line.run(*command, cwd=whole, **settings)
            assert result.status == 0, result.output
            # If the kill came too late, there is nothing left to add or record, hence status 1.
            assert command_line.run(*command, cwd=broken, **settings).status in (0, 1)
            assert files(broken) == files(whole), name
    assert kills >= 12 * rounds


@pytest.mark.heavy
@pytest.mark.parametrize("rounds", [8, pytest.param(25, marks=pytest.mark.exhaustive)])
def test_kills_of_pull(project: HubProject, rounds: int) -> None:
    contents: dict[str, Any] = {
        "model.safetensors": WEIGHTS,
        "config.json": "{}",
        "vocab.txt": "a\n" * 50,
    }
    repository = project.hub.store.add("acme/one", contents)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    assert project.run("lock", "one").status == 0
    kept = set[str]()
    for round_ in range(rounds):
        before = round_ % 4 + 1
        killed(["pull", "one"], project.folder, project.settings, before=before)
        kept |= {name.rpartition("/")[2] for name in leftovers(project.cache)}
    assert kept
    assert len(leftovers(project.cache)) <= len(contents)
    assert project.run("pull", "one").status == 0
    assert leftovers(project.cache) == []
    weights = next(project.cache.glob("models--*/snapshots/*/model.safetensors"))
    assert weights.read_bytes() == WEIGHTS


@pytest.mark.heavy
def test_what_a_living_writer_writes_stays(tmp_path: Path) -> None:
    """Two writers of a file without a lock do not delete each other's temporary files."""
    from forked import ended, fork

    from registry_base.atomic_write import write_atomically

    target = tmp_path / "file"

    def work() -> int:
        for number in range(300):
            write_atomically(target, f"{number}")
        return 0

    assert [ended(child) for child in [fork(work) for _ in range(4)]] == [0] * 4
    assert files(tmp_path) == {"file"}
