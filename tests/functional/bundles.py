"""Two machines, and a bundle to carry from one to the other."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hub_project import HubProject, entry

from servers.hub_repository import Repository

FILES: dict[str, Any] = {
    "README.md": "---\nlicense: mit\n---\n# One",
    "LICENSE": "MIT",
    "config.json": "{}",
    "1_Pooling/config.json": "{}",
    "tokenizer.json": '{"a": 1}',
    "model.safetensors": bytes(range(256)) * 4096 * 6,  # 6 MiB
    "pytorch_model.bin": b"p" * 3000,
}


@pytest.fixture
def one(project: HubProject) -> Repository:
    """A project with a model that has a license file and is locked and pulled."""
    return add_one(project)


def add_one(project: HubProject) -> Repository:
    repository = project.hub.store.add("acme/one", FILES)
    project.catalogue(entry("one", "acme/one", revision=repository.head))
    assert project.run("lock", "one").status == 0
    assert project.run("pull", "one").status == 0
    return repository


def elsewhere(project: HubProject, name: str = "away") -> HubProject:
    """Another machine: the same catalogue, an empty cache, and no network."""
    folder, home = project.folder.with_name(name), project.home.with_name(f"{name}-home")
    folder.mkdir(exist_ok=True)
    shutil.copy(project.folder / "models.json", folder)
    (folder / "pyproject.toml").touch()
    return HubProject(folder, home, project.hub, project.ollama)


OFFLINE: dict[str, Any] = {
    "HF_HUB_OFFLINE": "1",
    "HF_ENDPOINT": "https://huggingface.co",
    "HTTPS_PROXY": "http://127.0.0.1:1",
    "HTTP_PROXY": "http://127.0.0.1:1",
}


def files(folder: Path) -> dict[str, bytes]:
    """The contents of all files below a folder; links are followed."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def bundled(project: HubProject, *arguments: str) -> Path:
    """The archive of the model."""
    target = project.folder.parent / "models.tar"
    result = project.run("bundle", "one", "-o", target, *arguments)
    assert result.status == 0, result.output
    return target


def nothing_is_in(away: HubProject) -> bool:
    """Whether a refusal left nothing behind, not even a folder."""
    return not away.cache.exists() or not list(away.cache.glob("models--*"))


def refused(away: HubProject, bundle: Path) -> str:
    """The reason why a bundle is refused; nothing of it may be unpacked."""
    result = away.run("unbundle", bundle, **OFFLINE)
    assert (result.status, result.stdout) == (1, ""), result.output
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr
    assert nothing_is_in(away)
    assert not (away.folder / "models.lock.json").exists()
    return result.stderr
