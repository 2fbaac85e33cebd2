"""`registry check`: every local byte, compared with the lock."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hub_project import HubProject, entry, project
from huggingface_hub import snapshot_download

from goldens import Golden
from servers.hub_repository import Repository
from servers.ollama_store import StoredModel

__all__ = ["project"]  # a fixture that pytest finds by name

WEIGHTS = bytes(range(256)) * 40
FILES: dict[str, Any] = {
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": WEIGHTS,
    "config.json": '{"a": 1}',
    "README.md": "# One",
}
SERVED = StoredModel()


@pytest.fixture
def one(project: HubProject) -> Repository:
    """One model that is locked and in the cache with all its files; another that is only locked."""
    repository = project.hub.store.add("acme/one", FILES)
    project.hub.store.add("acme/two", FILES)
    project.ollama.store.add("one:latest", SERVED)
    project.catalogue(
        entry("one", "acme/one", revision=repository.head, ollama_tag="one"),
        entry("two", "acme/two"),
    )
    assert project.run("lock").status == 0
    project.catalogue(
        entry("one", "acme/one", revision=repository.head, ollama_tag="one", aliases=["first"]),
        entry("two", "acme/two"),
        entry("three", "acme/three"),
    )
    snapshot_download("acme/one", revision=repository.head, cache_dir=project.cache)
    project.hub.requests.clear()
    return repository


@pytest.fixture
def folder(project: HubProject, one: Repository) -> Path:
    return project.cache / "models--acme--one" / "snapshots" / one.head


def differences(project: HubProject) -> list[str]:
    found = project.json("check", "one", status=1)
    return [line for each in found for line in each["differences"]]


def test_what_is_as_locked(project: HubProject, one: Repository, golden: Golden) -> None:
    result = project.run("check")
    assert (result.status, result.stdout) == (0, "")
    golden(result.stderr)
    found = project.json("check", "first")
    assert [(each["id"], each["store"], each["state"]) for each in found] == [
        ("one", "huggingface", "as locked"),
        ("one", "ollama", "as locked"),
    ]
    assert found[0]["revision"] == one.head
    assert found[1]["revision"] == f"sha256:{SERVED.digest}"
    assert project.hub.requests == []  # offline


def test_changed(project: HubProject, folder: Path, golden: Golden) -> None:
    assert project.run("check", "one").status == 0
    path = folder / "model.safetensors"
    before = path.stat()
    path.resolve().write_bytes(WEIGHTS[:-1] + b"?")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # so that the change does not show
    (line,) = differences(project)
    golden(line)
    result = project.run("check")
    assert result.status == 1
    assert result.stdout == f"one\thuggingface\tdiffers\t{line}\n"
    golden(result.stderr)


def test_truncated_missing_grown_and_unlinked(project: HubProject, folder: Path) -> None:
    (folder / "model.safetensors").resolve().write_bytes(WEIGHTS[:100])
    (folder / "config.json").unlink()
    assert differences(project) == [
        "config.json is missing",
        f"model.safetensors is truncated: 100 of {len(WEIGHTS)} bytes",
    ]
    (folder / "model.safetensors").resolve().write_bytes(WEIGHTS + b"more")
    (folder / "config.json").symlink_to("nowhere")
    assert differences(project) == [
        "config.json is missing",
        f"model.safetensors has changed: {len(WEIGHTS) + 4} bytes, should be {len(WEIGHTS)}",
    ]


def test_extra_is_what_loading_would_read(project: HubProject, folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")
    assert project.run("check", "one").status == 0
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    assert differences(project) == [
        "adapter_config.json is not in the lock",
        "adapter_model.safetensors is not in the lock",
    ]


def test_another_digest_at_ollama(project: HubProject, one: Repository, golden: Golden) -> None:
    other = StoredModel(layers=(b"other",))
    project.ollama.store.add("one:latest", other)
    (line,) = differences(project)
    golden(line)
    project.ollama.stop()
    result = project.run("check", "one")
    assert result.status == 0
    golden(result.stderr)
    assert project.run("check", "one", "--ollama-host", project.ollama.url).status == 1


def test_not_here_and_not_locked(project: HubProject, one: Repository) -> None:
    assert project.run("check").status == 0
    result = project.run("check", "two", "three")
    assert result.status == 1
    assert result.stdout == "two\t-\tnot here\t\nthree\t-\tnot locked\t\n"
    assert [each["state"] for each in project.json("check", "two", "three", status=1)] == [
        "not here",
        "not locked",
    ]


def test_another_repository(project: HubProject, one: Repository) -> None:
    project.catalogue(entry("one", "acme/renamed"))
    assert differences(project) == ["locked as acme/one, the catalogue has acme/renamed"]


@pytest.mark.parametrize("option", ["--backend", "--base-url", "--server-model"])
def test_what_is_about_a_server_is_not_ignored(
    project: HubProject, one: Repository, option: str, golden: Golden
) -> None:
    assert project.run("lock", "one").status == 0
    result = project.run("check", "one", option, "http://127.0.0.1:1")
    assert (result.status, result.stdout) == (2, "")
    golden(result.stderr)


def test_without_a_lock(project: HubProject, one: Repository, golden: Golden) -> None:
    (project.folder / "models.lock.json").unlink()
    result = project.run("check")
    assert result.status == 1
    golden(result.stderr)
    (project.folder / "models.lock.json").write_text(json.dumps({"version": 9}))
    golden(project.run("check").stderr)


def test_a_file_that_may_not_be_read(project: HubProject, folder: Path) -> None:
    path = (folder / "model.safetensors").resolve()
    path.unlink()
    path.mkdir()
    assert differences(project)[0].startswith("model.safetensors ")
