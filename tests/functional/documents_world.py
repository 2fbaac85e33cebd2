"""The servers that documents are followed with: a Hub with a few models, and Ollama."""

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
from servers.company_network import CompanyNetwork
from servers.hub import HubServer
from servers.hub_dialects import DIALECTS, GIT_SERVER
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
    """Servers that readers share, and a folder for their downloads."""

    hub: HubServer
    ollama: OllamaServer

    @contextmanager
    def reader(self, folder: Path, **variables: str) -> Generator[Reader]:
        """A reader in an empty project folder, with caches of their own."""
        project, home = folder / "project", folder / "home"
        project.mkdir(parents=True)
        try:
            yield Reader(project, self._variables(home) | variables)
        finally:
            shutil.rmtree(home, ignore_errors=True)  # large weights that are no longer needed

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

    @contextmanager
    def company(self, folder: Path) -> Generator[dict[str, str]]:
        """A company's network with copies of MiniLM under other commits; yields variables for it.

        http://mirror.example is open to all, http://hub.example/repository/hf requires the token
        "hf_acme". Both are also available over https, with a certificate signed by the company.
        """
        public = self.hub.store.repositories[repository_of(ALL_MINILM_L6_V2)]
        files = {path: each.content for path, each in public.commits[public.head].files.items()}
        with (
            HubServer(dialect=GIT_SERVER) as mirror,
            HubServer(dialect=DIALECTS["under a path"]) as private,
        ):
            for hub in (mirror, private):
                copy = hub.store.add(public.id, {".gitattributes": ""}, private=hub is private)
                copy.push(files)
            private.store.authorize("hf_acme", "*")
            hosts = {"mirror.example": mirror.url, "hub.example": private.url}
            with CompanyNetwork(hosts, folder) as network:
                yield {
                    "http_proxy": network.url,  # resolves the names of the company's network
                    "NO_PROXY": "127.0.0.1",
                    "COMPANY_PROXY": network.url,
                    "COMPANY_CERTIFICATE": str(network.certificate),
                }


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """A Hub with the real MiniLM and a constructed cross-encoder at their pins."""
    with served() as found:
        yield found


@contextmanager
def served() -> Generator[World]:
    """The same, as a context manager for use outside tests."""
    with TemporaryDirectory() as folder, HubServer() as hub, OllamaServer() as ollama:
        _serve(hub.store, ALL_MINILM_L6_V2, minilm_folder(), {"README.md": _CARD})
        _serve(hub.store, MS_MARCO_MINILM_L6_V2, build_cross_encoder(Path(folder, "tiny")), {})
        hub.store.add("acme/embed", minilm_folder())  # the made-up model of several pages
        yield World(hub, ollama)


def _serve(store: HubStore, model: AnyModel, files: Path, more: Mapping[str, str]) -> None:
    """Serve a folder as a model's repository, with the pinned commit as its only one."""
    assert model.revision is not None
    found = {path.relative_to(files).as_posix(): path for path in files.rglob("*")}
    repository = store.add(
        repository_of(model),
        {name: path for name, path in found.items() if path.is_file()} | dict(more),
    )
    commit = replace(repository.commits.pop(repository.head), sha=model.revision)
    repository.commits[model.revision] = commit
    repository.branches["main"] = model.revision
