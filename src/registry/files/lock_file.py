"""models.lock.json: for every model the exact commit, and the files of it that loading needs.

    {
      "version": 1,
      "models": {
        "all-minilm-l6-v2": {
          "huggingface_id": "sentence-transformers/all-MiniLM-L6-v2",
          "revision": "8b3219a92973c328a8e22fadcfa821b5dc75636a",
          "files": {"config.json": {"size": 612, "sha256": "953f9c0d..."}},
          "ollama": {"tag": "all-minilm:l6", "digest": "sha256:1b226e2802db..."}
        }
      }
    }

The file is for Git: sorted, without times, the same bytes for the same content. `load` and
`registry pull` keep to it where it lies, in the current folder or above, or where REGISTRY_LOCK
says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.errors import CatalogueFileError
from registry.files.file_lock import exclusive
from registry.files.repository_file import RepositoryFile
from registry.files.state_file import read_state
from registry_base.atomic_write import write_if_changed
from registry_base.folders import upwards
from registry_base.json_shapes import JsonObject, is_object
from registry_base.repository_names import (
    is_commit,
    is_ollama_digest,
    is_path_inside,
    is_sha256,
)

LOCK_NAME = "models.lock.json"
VARIABLE = "REGISTRY_LOCK"
_VERSION = 1


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
    """One model at one commit."""

    huggingface_id: str
    revision: str
    files: Mapping[str, LockedFile]
    ollama: LockedOllama | None = None

    @property
    def expected(self) -> tuple[RepositoryFile, ...]:
        """Its files as files on disk are compared with them."""
        return tuple(
            RepositoryFile(path=path, size=file.size, sha256=file.sha256)
            for path, file in self.files.items()
        )


@dataclass(frozen=True)
class Lock:
    """The models of a lock file, by id."""

    models: Mapping[str, LockedModel] = field(default_factory=dict[str, LockedModel])

    def text(self) -> str:
        """The content of the file: sorted, so that it is the same whoever writes it."""
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
            if model.ollama is not None:
                models[model_id]["ollama"] = {
                    "tag": model.ollama.tag,
                    "digest": model.ollama.digest,
                }
        return json.dumps({"version": _VERSION, "models": models}, indent=2) + "\n"


def update_lock(
    path: Path, models: Mapping[str, LockedModel], *, without: Collection[str] = ()
) -> tuple[Lock, bool]:
    """Put models into a lock file, take others out, and leave the rest as it is by then.

    What the lock now is comes back, and whether that is new. A file that is not there is made,
    unless it would hold nothing. Raises CatalogueFileError for a file that cannot be read, OSError
    for one that cannot be written, and MissingExtraError without filelock.
    """
    with exclusive(path):
        there = path.exists()
        before = read_lock(path) if there else Lock()
        kept = {key: model for key, model in before.models.items() if key not in without}
        lock = Lock({**kept, **models})
        worth = there or bool(lock.models)
        return lock, worth and write_if_changed(path, lock.text())


def find_lock() -> Path | None:
    """The lock that counts here: REGISTRY_LOCK, else the nearest from this folder upwards."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return next(upwards(LOCK_NAME), None)


def locked(model_id: str, huggingface_id: str) -> LockedModel | None:
    """What the lock that counts here says of a model; None without a lock, or if it is not in it.

    Raises CatalogueFileError for a lock that cannot be read, or holds another repository.
    """
    path = find_lock()
    if path is None:
        return None
    model = read_lock(path).models.get(model_id)
    if model is not None and model.huggingface_id != huggingface_id:
        raise CatalogueFileError(
            f"{path}: {model_id} is locked as {model.huggingface_id}, the registry has "
            f"{huggingface_id}; run `registry lock {model_id}`"
        )
    return model


def read_lock(path: Path) -> Lock:
    """Read a lock file. Raises CatalogueFileError with every problem in it."""
    document = read_state(path, _VERSION, cure=_CURE, error=CatalogueFileError)
    if document is None:
        raise CatalogueFileError(f"{path}: there is no such file; `registry lock` makes it")
    data: JsonObject = document.data
    reader = _Reader()
    models = reader.objects((), data.get("models"))
    lock = Lock({model_id: reader.model(model_id, model) for model_id, model in models.items()})
    if reader.problems:
        told = (
            document.problem(("models", *at), f"{message}; {_CURE}")
            for at, message in reader.problems
        )
        raise CatalogueFileError("\n".join(map(str, told)))
    return lock


_CURE = "restore it from version control, or delete it and run `registry lock`"


_EXPECTED: dict[object, str] = {
    is_commit: "a commit",
    is_sha256: "a SHA-256",
    is_ollama_digest: "a digest",
}


class _Reader:
    """Reads data of any shape; what is wrong is kept as problems, with pointers."""

    def __init__(self) -> None:
        self.problems: list[tuple[tuple[str, ...], str]] = []

    def model(self, model_id: str, data: dict[str, Any]) -> LockedModel:
        at = (model_id,)
        files = self.objects((*at, "files"), data.get("files"))
        ollama = data.get("ollama")
        if ollama is not None and not is_object(ollama):
            self._problem((*at, "ollama"), "should be an object")
        return LockedModel(
            huggingface_id=self._text(at, data, "huggingface_id"),
            revision=self._text(at, data, "revision", is_commit),
            files={path: self._file((*at, "files", path), each) for path, each in files.items()},
            ollama=self._ollama((*at, "ollama"), ollama) if is_object(ollama) else None,
        )

    def objects(self, at: tuple[str, ...], data: object) -> dict[str, dict[str, Any]]:
        if not is_object(data):
            self._problem(at, "should be an object")
            return {}
        for key, value in data.items():
            if not is_object(value):
                self._problem((*at, key), "should be an object")
        return {key: value for key, value in data.items() if is_object(value)}

    def _file(self, at: tuple[str, ...], data: dict[str, Any]) -> LockedFile:
        # A path is joined to a folder when it is checked: it must not lead out of it.
        if not is_path_inside(at[-1]):
            self._problem(at, "leads out of the folder of the model")
        size = data.get("size")
        if type(size) is not int or size < 0:
            self._problem((*at, "size"), "should be a number of bytes")
            size = 0
        return LockedFile(size, self._text(at, data, "sha256", is_sha256))

    def _ollama(self, at: tuple[str, ...], data: dict[str, Any]) -> LockedOllama:
        return LockedOllama(
            self._text(at, data, "tag"), self._text(at, data, "digest", is_ollama_digest)
        )

    def _text(
        self,
        at: tuple[str, ...],
        data: JsonObject,
        key: str,
        is_right: Callable[[str], bool] | None = None,
    ) -> str:
        value = data.get(key)
        if isinstance(value, str) and value and (is_right is None or is_right(value)):
            return value
        self._problem((*at, key), f"should be {_EXPECTED.get(is_right, 'a text')}")
        return ""

    def _problem(self, at: tuple[str, ...], message: str) -> None:
        self.problems.append((at, message))
