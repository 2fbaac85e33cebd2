"""Pipes, devices, folders and link loops in place of files: an error, and at once."""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from checkpoints import MINILM, minilm_folder
from environments import Result
from hub_project import HubProject, project
from writing_project import prepare

from covering import covering
from registry import load
from registry.errors import RegistryError

__all__ = ["project"]  # a fixture that pytest finds by name

SECONDS = 20  # generous for a busy machine; a real hang never ends


def pipe(path: Path) -> None:
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def full(path: Path) -> None:
    path.symlink_to("/dev/full")


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def server(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(path.parent)  # socket paths must be short
        try:
            bound.bind(path.name)
        finally:
            os.chdir(here)


KINDS = [pipe, zeros, full, folder, loop, server]


@contextmanager
def at_once() -> Generator[None]:
    def late(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    faulthandler.dump_traceback_later(2 * SECONDS, exit=True)  # C code does not handle the signal
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def place(project: HubProject, tmp_path: Path) -> HubProject:
    """A project in which every command has something to read and to write."""
    project.folder.rename(tmp_path / "empty")
    prepare(project, project.folder)
    return project


def refused(project: HubProject, *command: str, **more: str) -> Result:
    with at_once():
        result = project.run(*command, **more)
    assert result.status in (1, 2), result.output
    assert re.match(r"Error: |registry: |\S+: ", result.stderr), result.stderr
    assert "Traceback" not in result.stderr
    assert "hangs" not in result.output
    return result


def put(kind: Callable[[Path], None], path: Path) -> None:
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    kind(path)


EMBED = ["embed", "--model", "a0", "--text", "text", "--id", "id", "--output", "out"]
IN_THE_WAY = [
    ("models.json", ["validate"]),
    ("models.json", ["generate"]),
    ("models.json", ["docs"]),
    ("models.json", ["add", "acme/new0"]),
    ("models.json", ["verify", "a0"]),
    ("models.json", ["show", "a0", "--catalogue", "models.json"]),
    ("models.json", ["diff", "models.json", "registry"]),
    ("models.lock.json", ["lock", "a0"]),
    ("models.lock.json", ["lock", "--check"]),
    ("models.lock.json", ["pull"]),
    ("models.lock.json", ["check"]),
    ("models.lock.json", ["release", "v1"]),
    ("models.versions.json", ["release", "v1"]),
    ("models.versions.json", ["history"]),
    ("outputs/model_version_log.json", ["log"]),
    ("log.json", ["log", "--output", "log.json"]),
    ("lock.json", ["lock", "a0", "--output", "lock.json"]),
    ("acme/_generated.py", ["generate"]),
    ("acme/_generated.py", ["generate", "--check"]),
    ("MODELS.md", ["docs"]),
    ("catalogue.html", ["docs", "--check"]),
    ("pyproject.toml", ["select", "embedding", "a1"]),
    ("pyproject.toml", ["select"]),
    ("bom.json", ["bom", "--output", "bom.json"]),
    ("texts.jsonl", [*EMBED, "texts.jsonl"]),
    ("texts.csv.gz", [*EMBED, "texts.csv.gz"]),
    ("texts.parquet", [*EMBED, "*.parquet"]),
    ("texts/one.parquet", [*EMBED, "texts"]),
    ("vectors.parquet", ["reindex", "vectors.parquet", "--to", "a0"]),
    ("vectors/one.parquet", ["reindex", "vectors", "--to", "a0"]),
    ("acme/__init__.py", ["init", "acme"]),
]


@pytest.mark.parametrize(
    ("case", "kind"),
    # Each command with a third of the kinds.
    covering(
        IN_THE_WAY,
        KINDS,
        each=2,
        ids=(lambda case: f"{'-'.join(case[1])}:{case[0]}", lambda kind: kind.__name__),
    ),
)
def test_in_a_project(
    place: HubProject, case: tuple[str, list[str]], kind: Callable[[Path], None]
) -> None:
    name, command = case
    put(kind, place.folder / name)
    refused(place, *command)


READ_ONLY = Path("/sys")  # not even root can create files here
WRITES_THERE = [
    ("lock.json", ["lock", "a0", "--output"]),
    ("log.json", ["log", "--output"]),
    ("versions.json", ["release", "v1", "--file"]),
    ("_generated.py", ["generate", "--output"]),
    ("pages", ["docs", "--output"]),
    ("pyproject.toml", ["select", "embedding", "a1", "--file"]),
    ("bom.json", ["bom", "--output"]),
]


@pytest.mark.skipif(sys.platform != "linux", reason="/sys is Linux's")
@pytest.mark.parametrize(("name", "command"), WRITES_THERE, ids=[c[0] for _, c in WRITES_THERE])
def test_a_disk_that_cannot_be_written(place: HubProject, name: str, command: list[str]) -> None:
    path = READ_ONLY / name
    result = refused(place, *command, str(path))
    assert str(path) in result.stderr  # not the name of a temporary file
    assert ".tmp" not in result.stderr


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("variable", ["REGISTRY_LOCK", "REGISTRY_CATALOGUE"])
def test_named_by_the_environment(
    place: HubProject, variable: str, kind: Callable[[Path], None]
) -> None:
    put(kind, place.folder / "given.json")
    refused(
        place, *(["check"] if variable == "REGISTRY_LOCK" else ["list"]), **{variable: "given.json"}
    )


# Each kind in place of one of the files.
@pytest.mark.parametrize(
    ("kind", "name"),
    covering(
        KINDS,
        ("digests.json", "huggingface_model_types.json"),
        ids=(lambda kind: kind.__name__, str),
    ),
)
def test_a_cache_is_only_a_cache(
    place: HubProject, name: str, kind: Callable[[Path], None]
) -> None:
    put(kind, place.home / "registry" / name)
    assert place.run("lock", "a0").status == 0
    for command in (["pull", "a0"], ["default", "bert"]):
        with at_once():
            result = place.run(*command)
        assert result.status == 0, result.output


# Each kind in place of one of the files.
@pytest.mark.parametrize(
    ("kind", "name"),
    covering(
        KINDS,
        ("refs/main", "snapshots/{}/config.json", "snapshots/{}/README.md"),
        ids=(lambda kind: kind.__name__, str),
    ),
)
def test_in_the_hugging_face_cache(
    place: HubProject, name: str, kind: Callable[[Path], None]
) -> None:
    assert place.run("lock", "a0").status == 0
    assert place.run("pull", "a0").status == 0
    repository = place.cache / "models--acme--a0"
    commit = next((repository / "snapshots").iterdir()).name
    put(kind, repository / name.format(commit))
    for command in (["ls"], ["du"], ["check"], ["prune", "--dry-run"], ["verify", "a0"], ["log"]):
        with at_once():
            result = place.run(*command)
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name",
    ["config.json", "modules.json", "tokenizer.json", "1_Pooling/config.json", "model.safetensors"],
)
def test_in_a_checkpoint(tmp_path: Path, name: str, kind: Callable[[Path], None]) -> None:
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    for path in minilm_folder().iterdir():
        if path.is_dir():
            (checkpoint / path.name).mkdir()
            for inside in path.iterdir():
                (checkpoint / path.name / inside.name).symlink_to(inside.resolve())
        else:
            (checkpoint / path.name).symlink_to(path.resolve())
    put(kind, checkpoint / name)
    other_tokenizer = name == "tokenizer.json" and kind in (folder, loop)  # vocab.txt serves
    with at_once(), nullcontext() if other_tokenizer else pytest.raises(RegistryError):
        load(MINILM, local_path=checkpoint, device="cpu")
