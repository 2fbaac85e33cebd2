"""`load` with a models.lock.json: the locked commit, the locked files, every byte checked."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import command_line
import numpy as np
import pytest
import warm
from checkpoints import MINILM, minilm_folder
from hub_project import HubProject, entry, project

from registry import load
from registry.backends.interface import LoadOptions
from registry.checkpoints.checkpoint import resolve
from registry.errors import CatalogueFileError, CheckpointError, LoadError
from registry.models.api import repository_of
from servers.hub_repository import Repository

__all__ = ["project"]  # a fixture that pytest finds by name

PROGRAM = """
import json
from registry import ALL_MINILM_L6_V2, load
from registry.errors import RegistryError

try:
    encoder = load(ALL_MINILM_L6_V2, device="cpu")
except RegistryError as error:
    print(json.dumps({type(error).__name__: str(error)}))
else:
    print(json.dumps(encoder.encode_queries(["a cat sits on the mat"]).tolist()))
"""
MINILM_WITH_CODE = dataclasses.replace(MINILM, trust_remote_code=True, revision=None)


@pytest.fixture
def minilm(
    project: HubProject, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Repository:
    """The real model on the Hub, locked at a commit that is neither its pin nor the head."""
    files = {
        path.relative_to(minilm_folder()).as_posix(): path
        for path in minilm_folder().rglob("*")
        if path.is_file()
    }
    repository = project.hub.store.add(repository_of(MINILM), files | {"README.md": "# MiniLM"})
    project.catalogue(entry(MINILM.id, repository_of(MINILM)))
    assert project.run("lock").status == 0
    repository.push({"config.json": "{}"})  # cannot be loaded
    assert MINILM.revision not in repository.commits
    project.hub.requests.clear()
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("REGISTRY_CACHE_DIR", str(tmp_path_factory.mktemp("registry")))
    return repository


def loaded(project: HubProject, **more: str) -> Any:
    """The output of the program in a process of its own."""
    env = command_line.environment(**project.settings, **more)
    done = warm.run(["-c", PROGRAM], project.folder, env)
    assert done.status == 0, done.stderr
    return json.loads(done.stdout)


def first(repository: Repository) -> str:
    return next(iter(repository.commits))


def snapshot(project: HubProject, repository: Repository) -> Path:
    name = repository.id.replace("/", "--")
    return project.cache / f"models--{name}" / "snapshots" / first(repository)


def locked_files(project: HubProject) -> dict[str, Any]:
    data = json.loads((project.folder / "models.lock.json").read_text())
    files: dict[str, Any] = data["models"][MINILM.id]["files"]
    return files


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.resolve().write_bytes(content)


def test_the_locked_commit_is_loaded_and_only_its_files(
    project: HubProject, minilm: Repository
) -> None:
    vectors = np.array(loaded(project))
    expected = load(MINILM, local_path=minilm_folder(), device="cpu").encode_queries(
        ["a cat sits on the mat"]
    )
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    folder = snapshot(project, minilm)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == set(locked_files(project))
    assert "README.md" not in found
    asked = {request.path for request in project.hub.asked(server="hub")}
    assert all(first(minilm) in path for path in asked)
    # If the cache is complete and intact, no request is made.
    project.hub.requests.clear()
    assert np.array(loaded(project)).shape == (1, 384)
    assert project.hub.requests == []


def test_a_byte_that_changed_in_the_cache_is_refused_and_pull_mends_it(
    project: HubProject, minilm: Repository
) -> None:
    resolve(MINILM, LoadOptions())
    flip(snapshot(project, minilm) / "model.safetensors")
    flip(snapshot(project, minilm) / "vocab.txt")
    said = loaded(project)["CheckpointError"]
    assert said.startswith(
        "all-minilm-l6-v2: does not match the lock: model.safetensors has changed: sha256"
    )
    assert "; vocab.txt has changed: sha256 " in said
    assert "`registry pull all-minilm-l6-v2` fetches the damaged files again" in said
    assert project.run("pull", MINILM.id).status == 0
    assert np.array(loaded(project, HF_HUB_OFFLINE="1")).shape == (1, 384)


def test_what_was_read_once_is_not_read_again(project: HubProject, minilm: Repository) -> None:
    resolve(MINILM, LoadOptions())
    path = snapshot(project, minilm) / "vocab.txt"
    before = path.stat()
    flip(path)
    with pytest.raises(CheckpointError, match=r"vocab\.txt has changed"):
        resolve(MINILM, LoadOptions())
    flip(path)  # flipped back, but modified later
    resolve(MINILM, LoadOptions())
    after = path.stat()
    flip(path)
    os.utime(path, ns=(after.st_atime_ns, after.st_mtime_ns))
    assert after.st_mtime_ns != before.st_mtime_ns
    resolve(MINILM, LoadOptions())  # the change does not show: only `registry check` reads it
    shutil.rmtree(os.environ["REGISTRY_CACHE_DIR"])
    with pytest.raises(CheckpointError, match=r"vocab\.txt has changed"):
        resolve(MINILM, LoadOptions())


def test_a_byte_that_changes_on_the_way_is_refused(project: HubProject, minilm: Repository) -> None:
    project.hub.fails("corrupt", path="*/model.safetensors", after=1_000_000)
    with pytest.raises(LoadError, match=r"all-minilm-l6-v2: .*: model\.safetensors has changed"):
        resolve(MINILM, LoadOptions())
    assert not (snapshot(project, minilm) / "model.safetensors").exists()
    assert resolve(MINILM, LoadOptions()).folder == snapshot(project, minilm)


def test_a_revision_that_is_asked_for_counts_before_the_lock(
    project: HubProject, minilm: Repository
) -> None:
    other = minilm.head
    folder = resolve(MINILM, LoadOptions(revision=other)).folder
    assert (folder.name, (folder / "config.json").read_text()) == (other, "{}")
    # The locked commit is also checked if it is named explicitly.
    resolve(MINILM, LoadOptions())
    flip(snapshot(project, minilm) / "vocab.txt")
    with pytest.raises(CheckpointError, match=r"vocab\.txt has changed"):
        resolve(MINILM, LoadOptions(revision=first(minilm)))


def test_a_path_of_ones_own_has_no_lock(project: HubProject, minilm: Repository) -> None:
    (project.folder / "models.lock.json").write_text("damaged")
    assert resolve(MINILM, LoadOptions(local_path=minilm_folder())).folder == minilm_folder()
    with pytest.raises(CatalogueFileError, match=r"models\.lock\.json:1:1: /: damaged is not JSON"):
        resolve(MINILM, LoadOptions())


def test_another_repository_under_the_same_id(project: HubProject, minilm: Repository) -> None:
    renamed = dataclasses.replace(MINILM, huggingface_id="acme/renamed")
    with pytest.raises(CatalogueFileError, match="is locked as sentence-transformers/all-MiniLM"):
        resolve(renamed, LoadOptions())
    assert project.hub.requests == []


def test_a_model_that_is_not_locked_is_loaded_as_without_a_lock(
    project: HubProject, minilm: Repository
) -> None:
    other = dataclasses.replace(MINILM, id="other", revision=first(minilm))
    folder = resolve(other, LoadOptions()).folder
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == set(locked_files(project))  # only what loading needs, as with a lock
    flip(folder / "vocab.txt")
    project.hub.requests.clear()
    assert resolve(other, LoadOptions()).folder == folder
    assert project.hub.requests == []


def test_offline(project: HubProject, minilm: Repository) -> None:
    options = LoadOptions(local_files_only=True)
    with pytest.raises(LoadError, match="is not in the cache and may not be fetched; `registry "):
        resolve(MINILM, options)
    resolve(MINILM, LoadOptions())
    assert resolve(MINILM, options).folder == snapshot(project, minilm)
    with project.hub.refusing():
        assert resolve(MINILM, LoadOptions()).folder == snapshot(project, minilm)


def test_the_variable_names_another_lock(
    project: HubProject, minilm: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "elsewhere.json"
    (project.folder / "models.lock.json").rename(path)
    monkeypatch.setenv("REGISTRY_LOCK", str(path))
    assert resolve(MINILM, LoadOptions()).folder.name == first(minilm)


def test_code_of_a_locked_repository_is_code_of_a_pinned_one(
    project: HubProject, minilm: Repository
) -> None:
    options = LoadOptions(trust_remote_code=True)
    assert resolve(MINILM_WITH_CODE, options).folder.name == first(minilm)
    (project.folder / "models.lock.json").unlink()
    with pytest.raises(LoadError, match="needs a pinned commit"):
        resolve(MINILM_WITH_CODE, options)


def test_a_pickle_is_not_fetched_unless_it_is_allowed(
    project: HubProject, minilm: Repository
) -> None:
    old = dataclasses.replace(MINILM, id="old", huggingface_id="acme/old", revision=None)
    project.hub.store.add("acme/old", {"pytorch_model.bin": b"p" * 5000, "config.json": "{}"})
    project.catalogue(entry("old", "acme/old"))
    assert project.run("lock").status == 0
    project.hub.requests.clear()
    with pytest.raises(CheckpointError, match="there are no weights"):
        resolve(old, LoadOptions())
    assert project.hub.asked("*/pytorch_model.bin") == []
    folder = resolve(old, LoadOptions(allow_pickle=True)).folder
    assert (folder / "pytorch_model.bin").read_bytes() == b"p" * 5000
