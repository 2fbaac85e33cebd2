"""models.lock.json read strictly: every problem in it, with its position."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from registry.errors import CatalogueFileError
from registry.files.json_records import ShapeError, from_json
from registry.files.locked_models import LOCK_VERSION, Lock, LockedFile, LockedModel, LockedOllama
from registry.files.locked_probe import LockedProbe
from registry.files.state_file import read_state
from registry_base.endpoints import is_endpoint
from registry_base.json_shapes import JsonObject, is_object
from registry_base.repository_names import (
    is_commit,
    is_ollama_digest,
    is_path_inside,
    is_sha256,
)


def read_lock(path: Path) -> Lock:
    """Read a lock file. Raises CatalogueFileError with every problem in it."""
    document = read_state(path, LOCK_VERSION, cure=_CURE, error=CatalogueFileError)
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
            probe=self._probe((*at, "probe"), data.get("probe")),
            elsewhere=self._elsewhere((*at, "elsewhere"), data.get("elsewhere")),
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
            self._problem(at, "points outside the folder of the model")
        size = data.get("size")
        if type(size) is not int or size < 0:
            self._problem((*at, "size"), "should be a number of bytes")
            size = 0
        return LockedFile(size, self._text(at, data, "sha256", is_sha256))

    def _ollama(self, at: tuple[str, ...], data: dict[str, Any]) -> LockedOllama:
        return LockedOllama(
            self._text(at, data, "tag"), self._text(at, data, "digest", is_ollama_digest)
        )

    def _probe(self, at: tuple[str, ...], data: object) -> LockedProbe | None:
        try:
            return None if data is None else from_json(LockedProbe, data)
        except ShapeError as error:
            self._problem((*at, *map(str, error.pointer)), error.message)
            return None

    def _elsewhere(self, at: tuple[str, ...], data: object) -> dict[str, str]:
        if data is None:
            return {}
        if not is_object(data):
            self._problem(at, "should be an object")
            return {}
        found: dict[str, str] = {}
        for address in data:
            if is_endpoint(address):
                found[address] = self._text(at, data, address, is_commit)
            else:
                self._problem(
                    (*at, address),
                    "should be under the address of a Hub, http:// or https:// and without a "
                    "final slash",
                )
        return found

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
