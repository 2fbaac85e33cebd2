"""Pulled models load: from a read-only cache, online and offline, with and without a lock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from checkpoints import MINILM, minilm_folder
from hub_project import HubProject, entry, project

from registry.backends.interface import LoadOptions
from registry.checkpoints.checkpoint import resolve
from registry.errors import LoadError
from servers.hub_content import safetensors
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

FILES: dict[str, Any] = {
    "README.md": "# One",
    "LICENSE": "MIT",
    "config.json": "{}",
    "modules.json": '[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]',
    "1_Pooling/config.json": "{}",
    "model-00001-of-00002.safetensors": safetensors({"a": ("F32", (2, 300))}),
    "model-00002-of-00002.safetensors": safetensors({"b": ("F32", (2, 300))}),
    "model.safetensors.index.json": (
        '{"weight_map": {"a": "model-00001-of-00002.safetensors", '
        '"b": "model-00002-of-00002.safetensors"}}'
    ),
    "pytorch_model.bin": b"p" * 3000,
    "onnx/model.onnx": b"o" * 3000,
}
MODEL = replace(MINILM, id="one", huggingface_id="acme/one", safetensors_files=())
offline = pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
locked = pytest.mark.parametrize("locked", [False, True], ids=["pinned", "locked"])


@pytest.fixture
def one(project: HubProject, monkeypatch: pytest.MonkeyPatch) -> Repository:
    repository = project.hub.store.add("acme/one", FILES)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(project.home / "registry"))
    return repository


@contextlib.contextmanager
def frozen(cache: Path) -> Iterator[dict[str, int]]:
    """Make a cache read-only, and check at the end that its files have the same sizes.

    Root may write to read-only folders, hence the check.
    """
    folders = [cache, *(path for path in cache.rglob("*") if path.is_dir())]
    before = _sizes(cache)
    for folder in folders:
        folder.chmod(0o555)
    try:
        yield before
        assert _sizes(cache) == before
    finally:
        for folder in folders:
            folder.chmod(0o755)


def _sizes(cache: Path) -> dict[str, int]:
    return {str(p.relative_to(cache)): p.lstat().st_mtime_ns for p in cache.rglob("*")}


@locked
@offline
def test_from_a_cache_that_nobody_may_write(
    project: HubProject, one: Repository, offline: bool, locked: bool
) -> None:
    if locked:
        assert project.run("lock", "one").status == 0
    assert project.run("pull", "one").status == 0
    model = replace(MODEL, revision=one.head)
    with frozen(project.cache):
        folder = resolve(model, LoadOptions(local_files_only=offline)).folder
        with project.hub.refusing():
            assert resolve(model, LoadOptions()).folder == folder
    assert not (folder / "README.md").exists()


def test_load_and_pull_fetch_the_same_files(project: HubProject, one: Repository) -> None:
    loaded = resolve(replace(MODEL, revision=one.head), LoadOptions(cache_dir=project.home / "a"))
    assert project.run("pull", "one", "--cache-dir", project.home / "b").status == 0

    def names(cache: Path) -> set[str]:
        snapshot = cache / "models--acme--one" / "snapshots" / one.head
        return {p.relative_to(snapshot).as_posix() for p in snapshot.rglob("*") if p.is_file()}

    assert names(project.home / "a") == names(project.home / "b")
    assert loaded.folder.is_relative_to(project.home / "a")


@locked
@pytest.mark.parametrize("name", ["model-00002-of-00002.safetensors", "1_Pooling/config.json"])
def test_a_file_that_is_missing_is_named(
    project: HubProject, one: Repository, name: str, locked: bool
) -> None:
    if locked:
        assert project.run("lock", "one").status == 0
    assert project.run("pull", "one").status == 0
    model = replace(MODEL, revision=one.head)
    folder = resolve(model, LoadOptions(local_files_only=True)).folder
    (folder / name).unlink()
    with pytest.raises(LoadError, match=f"one: {name}, of acme/one at {one.head}"):
        resolve(model, LoadOptions(local_files_only=True))
    if not locked:
        with project.hub.refusing(), pytest.raises(LoadError, match=name):
            resolve(model, LoadOptions())
    assert resolve(model, LoadOptions()).folder == folder
    assert (folder / name).is_file()


def test_weights_that_the_entry_names(project: HubProject, one: Repository) -> None:
    assert project.run("pull", "one").status == 0
    model = replace(MODEL, revision=one.head, safetensors_files=("model.safetensors",))
    with pytest.raises(LoadError, match=r"one: model\.safetensors, of"):
        resolve(model, LoadOptions(local_files_only=True))


def test_the_head_that_was_loaded_is_found_offline(project: HubProject, one: Repository) -> None:
    head = replace(MODEL, revision=None)
    folder = resolve(head, LoadOptions()).folder
    assert folder.name == one.head
    assert resolve(head, LoadOptions(local_files_only=True)).folder == folder


def test_a_repository_with_another_name_by_now(project: HubProject, one: Repository) -> None:
    project.hub.store.rename("acme/one", "acme/two")
    assert resolve(replace(MODEL, revision=one.head), LoadOptions()).folder.name == one.head


def test_the_folder_of_the_real_one_is_not_touched() -> None:
    assert resolve(MINILM, LoadOptions(local_path=minilm_folder())).folder == minilm_folder()
