"""The world that documents are followed in: a Hub with a few models, and an Ollama server."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from checkpoints import build_cross_encoder, minilm_folder
from documents import Reader

from registry import ALL_MINILM_L6_V2, MS_MARCO_MINILM_L6_V2, AnyModel
from registry.models.api import repository_of
from servers.hub import HubServer
from servers.hub_store import HubStore
from servers.ollama import OllamaServer

_CARD = """---
license: apache-2.0
language: en
pipeline_tag: sentence-similarity
library_name: sentence-transformers
base_model: nreimers/MiniLM-L6-H384-uncased
---
# all-MiniLM-L6-v2
"""


@dataclass
class World:
    """Servers that readers share, and a folder for what they fetch."""

    hub: HubServer
    ollama: OllamaServer

    @contextmanager
    def reader(self, folder: Path, **variables: str) -> Generator[Reader]:
        """Somebody in an empty project folder, with caches of their own."""
        project, home = folder / "project", folder / "home"
        project.mkdir(parents=True)
        try:
            yield Reader(project, self._variables(home) | variables)
        finally:
            shutil.rmtree(home, ignore_errors=True)  # weights: large, and of no more use

    def _variables(self, home: Path) -> dict[str, str]:
        return {
            "HOME": str(home),
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(home / "huggingface"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "OLLAMA_HOST": self.ollama.url,
            "GIT_AUTHOR_NAME": "A Reader",
            "GIT_AUTHOR_EMAIL": "reader@example.org",
            "GIT_COMMITTER_NAME": "A Reader",
            "GIT_COMMITTER_EMAIL": "reader@example.org",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """A Hub with the real MiniLM and a constructed cross-encoder at their pins."""
    with served() as found:
        yield found


@contextmanager
def served() -> Generator[World]:
    """The same for who is no test."""
    with TemporaryDirectory() as folder, HubServer() as hub, OllamaServer() as ollama:
        _serve(hub.store, ALL_MINILM_L6_V2, minilm_folder(), {"README.md": _CARD})
        _serve(hub.store, MS_MARCO_MINILM_L6_V2, build_cross_encoder(Path(folder, "tiny")), {})
        hub.store.add("acme/embed", minilm_folder())  # the made-up model of several pages
        yield World(hub, ollama)


def _serve(store: HubStore, model: AnyModel, files: Path, more: Mapping[str, str]) -> None:
    """Serve a folder as a model's repository, whose only commit is the one it is pinned to."""
    assert model.revision is not None
    found = {path.relative_to(files).as_posix(): path for path in files.rglob("*")}
    repository = store.add(
        repository_of(model),
        {name: path for name, path in found.items() if path.is_file()} | dict(more),
    )
    commit = replace(repository.commits.pop(repository.head), sha=model.revision)
    repository.commits[model.revision] = commit
    repository.branches["main"] = model.revision
