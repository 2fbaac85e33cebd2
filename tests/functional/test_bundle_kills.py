"""`bundle` and `unbundle`, killed or run concurrently: nothing is lost or incomplete."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from bundles import OFFLINE, bundled, elsewhere, files, one
from forked import killed, killed_after, together
from hub_project import HubProject, project

from servers.hub_repository import Repository

__all__ = ["one", "project"]  # fixtures that pytest finds by name

ROUNDS = pytest.mark.parametrize(
    "rounds", [4, pytest.param(20, marks=pytest.mark.exhaustive)], ids=str
)
FORMS = {
    "archive": ("models.tar",),
    "volumes": ("models.tar", "--volume", "2MiB"),
    "folder": ("models",),
}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".models")]


def models(folder: Path) -> dict[str, bytes]:
    """A cache's files without refs/main, which a pull of a pin does not write, and lock files."""
    found = files(folder)
    return {name: raw for name, raw in found.items() if not name.endswith((".lock", "refs/main"))}


@pytest.mark.heavy
@ROUNDS
@pytest.mark.parametrize("form", FORMS)
def test_kills_of_bundle(project: HubProject, one: Repository, form: str, rounds: int) -> None:
    command = ["bundle", "one", "-o", *FORMS[form]]
    chance = random.Random(form)
    for number in range(rounds):
        if number % 2:
            killed_after(chance.uniform(0, 0.1), command, project.folder, project.settings)
        else:
            killed(command, project.folder, project.settings, before=1 + number // 2 % 5)
        for name in ("models.tar", "models"):  # complete or absent
            if (project.folder / name).exists():
                away = elsewhere(project, f"away{number}")
                assert away.run("unbundle", project.folder / name, **OFFLINE).status == 0
    result = project.run(*command)
    assert result.status == 0, result.output
    assert hidden(project.folder) == []
    away = elsewhere(project)
    assert away.run("unbundle", project.folder / FORMS[form][0], **OFFLINE).status == 0
    assert away.run("check", "one", **OFFLINE).status == 0


@pytest.mark.heavy
@ROUNDS
def test_kills_of_unbundle(project: HubProject, one: Repository, rounds: int) -> None:
    whole = bundled(project)
    away = elsewhere(project)
    command = ["unbundle", str(whole)]
    settings = away.settings | OFFLINE
    chance = random.Random(20)
    for number in range(rounds):
        if number % 2:
            killed_after(chance.uniform(0, 0.1), command, away.folder, settings)
        else:
            killed(command, away.folder, settings, before=1 + number // 2 % 6)
        snapshot = away.cache / "models--acme--one" / "snapshots" / one.head
        for path in snapshot.rglob("*"):  # whatever could be loaded is intact
            if path.is_file():
                there = project.cache / path.relative_to(away.cache)
                assert path.read_bytes() == there.read_bytes()
    result = away.run(*command, **OFFLINE)
    assert result.status == 0, result.output
    assert models(away.cache) == models(project.cache)
    assert away.run("check", "one", **OFFLINE).status == 0


@pytest.mark.heavy
def test_what_came_before_a_kill_is_not_written_again(project: HubProject, one: Repository) -> None:
    """The bundle resumes its partial file, the cache keeps what was verified."""
    command = ["bundle", "one", "-o", "models.tar"]
    killed(command, project.folder, project.settings, before=1)
    assert hidden(project.folder)
    made = project.json(*command)
    assert made["written"] < 5000 < made["bytes"]
    away = elsewhere(project)
    unbundle = ["unbundle", str(project.folder / "models.tar")]
    killed(unbundle, away.folder, away.settings | OFFLINE, before=2)
    partials = sorted(away.cache.rglob("*.incomplete"))
    before = {path.stat().st_ino for path in partials}
    assert away.run(*unbundle, **OFFLINE).status == 0
    blobs = (away.cache / "models--acme--one" / "blobs").iterdir()
    assert before <= {path.stat().st_ino for path in blobs}


@pytest.mark.heavy
def test_a_part_in_other_volumes_is_begun_anew(project: HubProject, one: Repository) -> None:
    whole = bundled(project).read_bytes()
    command = ["bundle", "one", "-o", "models.tar"]
    for first, then in (([], ["2MiB"]), (["1MiB"], ["3MiB"]), (["2MiB"], [])):
        options = [["--volume", *each] if each else [] for each in (first, then)]
        killed([*command, *options[0]], project.folder, project.settings, before=1)
        made = project.json(*command, *options[1])
        assert made["written"] == len(whole)
        assert b"".join(Path(project.folder, each).read_bytes() for each in made["files"]) == whole
        assert hidden(project.folder) == []


@pytest.mark.heavy
def test_beside_each_other(project: HubProject, one: Repository) -> None:
    command = ["bundle", "one", "-o", "models.tar"]
    assert together([(command, project.folder)] * 3, project.settings) == []
    assert hidden(project.folder) == []
    away = elsewhere(project)
    unbundle = ["unbundle", str(project.folder / "models.tar")]
    settings = away.settings | OFFLINE
    assert together([(unbundle, away.folder)] * 3, settings) == []
    assert models(away.cache) == models(project.cache)
