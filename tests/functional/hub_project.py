"""A project with a catalogue, a Hub and an Ollama server, for commands to work on."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import command_line
import pytest
from environments import Result

from servers.hub import HubServer
from servers.hub_environment import redirect
from servers.ollama import OllamaServer


@dataclass
class HubProject:
    """Commands run in its folder and see only its Hub, cache and Ollama."""

    folder: Path
    home: Path
    hub: HubServer
    ollama: OllamaServer
    _started: list[subprocess.Popen[str]] = field(
        default_factory=list[subprocess.Popen[str]], init=False, repr=False
    )

    @property
    def cache(self) -> Path:
        """The Hugging Face cache."""
        return self.home / "hub"

    def catalogue(self, *entries: dict[str, Any], **more: Any) -> None:
        text = json.dumps({**more, "models": list(entries)}, indent=2)
        (self.folder / "models.json").write_text(text + "\n")

    @property
    def settings(self) -> dict[str, str]:
        """The variables that point a command to this Hub, cache and Ollama."""
        return {
            "HF_ENDPOINT": self.hub.url,
            "HF_HOME": str(self.home),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "OLLAMA_HOST": self.ollama.url,
            "OLLAMA_MODELS": str(self.home / "none"),
            "REGISTRY_CACHE_DIR": str(self.home / "registry"),
        }

    def run(self, *arguments: str | Path, **more: str) -> Result:
        return command_line.run(*arguments, cwd=self.folder, **(self.settings | more))

    def start(
        self, *arguments: str | Path, settings: dict[str, str] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """Start a command in the background, until the test ends; options are those of Popen."""
        process = subprocess.Popen(
            [*command_line.COMMAND, *arguments],
            cwd=self.folder,
            env=command_line.environment(**(self.settings | (settings or {}))),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        """Kill what a test that failed has left running."""
        for process in self._started:
            with process:
                process.kill()

    def json(self, *arguments: str | Path, status: int = 0, **more: str) -> Any:
        """The JSON output of a command."""
        result = self.run(*arguments, "--json", **more)
        assert result.status == status, result.output
        return json.loads(result.stdout)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubProject]:
    with served(tmp_path) as project:
        redirect(monkeypatch, project.hub.url, project.home)
        yield project


@contextmanager
def served(place: Path) -> Generator[HubProject]:
    """A project in a folder, with its servers; its commands alone ask them."""
    with HubServer() as hub, OllamaServer() as ollama:
        hub.store.lfs_threshold = 1_000
        folder = place / "project"
        folder.mkdir()
        (folder / "pyproject.toml").touch()
        project = HubProject(folder, place / "home", hub, ollama)
        try:
            yield project
        finally:
            project.end()


def without_files(complaints: str) -> str:
    """The output of a pull without the line per file: their order varies."""
    return re.sub(r"^registry: \S+: \S+, [\d.]+ [KMGT]?i?B\n", "", complaints, flags=re.MULTILINE)


def entry(model_id: str, name: str, **more: Any) -> dict[str, Any]:
    """A valid entry of a dense model."""
    return {
        "id": model_id,
        "type": "dense",
        "name": model_id,
        "description": "One of these tests.",
        "huggingface_id": name,
        "organization": name.partition("/")[0],
        "license": "MIT",
        "specs": {"parameters": "1M", "embedding_dim": 8},
        **more,
    }
