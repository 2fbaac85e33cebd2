"""What models.lock.json says about models, and its text: see `lock_file`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.files.locked_probe import LockedProbe, answer_lines
from registry.files.repository_file import RepositoryFile

LOCK_VERSION = 1


@dataclass(frozen=True)
class LockedFile:
    """A file as it has to be: size in bytes, SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class LockedOllama:
    """What Ollama serves under a tag: the digest of its manifest, "sha256:..."."""

    tag: str
    digest: str


@dataclass(frozen=True)
class LockedModel:
    """One model at one commit.

    elsewhere: for Hubs that have the same files under another commit, that commit by the Hub's
    address.
    """

    huggingface_id: str
    revision: str
    files: Mapping[str, LockedFile]
    ollama: LockedOllama | None = None
    probe: LockedProbe | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])

    def same_files(self, other: LockedModel) -> bool:
        """Whether both have the same files of the same repository, regardless of commits."""
        mine, its = (self.huggingface_id, self.files), (other.huggingface_id, other.files)
        return mine == its

    @property
    def expected(self) -> tuple[RepositoryFile, ...]:
        """Its files in the form that files on disk are compared with."""
        return tuple(
            RepositoryFile(path=path, size=file.size, sha256=file.sha256)
            for path, file in self.files.items()
        )


@dataclass(frozen=True)
class Lock:
    """The models of a lock file, by id."""

    models: Mapping[str, LockedModel] = field(default_factory=dict[str, LockedModel])

    def text(self) -> str:
        """The content of the file: sorted, so that it does not depend on who writes it."""
        models: dict[str, Any] = {}
        for model_id, model in sorted(self.models.items()):
            files = {
                path: {"size": file.size, "sha256": file.sha256}
                for path, file in sorted(model.files.items())
            }
            models[model_id] = {
                "huggingface_id": model.huggingface_id,
                "revision": model.revision,
                "files": files,
            }
            if model.elsewhere:
                models[model_id]["elsewhere"] = dict(sorted(model.elsewhere.items()))
            if model.ollama is not None:
                models[model_id]["ollama"] = {
                    "tag": model.ollama.tag,
                    "digest": model.ollama.digest,
                }
            if model.probe is not None:
                models[model_id]["probe"] = model.probe.data()
        text = json.dumps({"version": LOCK_VERSION, "models": models}, indent=2)
        return answer_lines(text) + "\n"
