"""The state of an Ollama server: models by tag, blobs by digest, and a library to pull from."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from servers.faults import Json
from servers.ollama_create import from_gguf, from_safetensors
from servers.ollama_model import RefusedError, StoredModel, embedding_model, sha256

__all__ = ["RefusedError", "Store", "StoredModel", "embedding_model", "sha256"]

_DIGEST = re.compile(r"sha256[:-][0-9a-f]{64}")
_NAME = re.compile(r"[\w.-]+(:\d+(?=/))?(/[\w.-]+)*(:[\w.-]+)?")
_PIECE = 64 * 1024  # bytes between two progress lines
_SMALL = 100  # bytes: layers up to that size have no progress lines


def full(name: str) -> str:
    """A name with its tag, by default `latest`."""
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


class Store:
    """The installed models (`models`) and those that can be pulled (`library`).

    Names keep their case, but lookups ignore it. Blobs are in memory and, if `folder` is set, in
    files there, named as in Ollama.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.models: dict[str, StoredModel] = {}
        self.library: dict[str, StoredModel] = {}
        self.blobs: dict[str, bytes] = {}

    def add(self, name: str, model: StoredModel) -> None:
        """Add a model, as if it had been pulled."""
        self.models[self.name_of(name) or full(name)] = model
        digests = (f"sha256:{each}" for each in model.layer_digests)
        self.blobs |= dict(zip(digests, model.layers, strict=True))

    def name_of(self, name: str) -> str | None:
        """The name of a model as stored, ignoring case."""
        wanted = full(name).casefold()
        return next((each for each in self.models if each.casefold() == wanted), None)

    def find(self, name: str, message: str = "model '{}' not found") -> StoredModel:
        if not name:
            raise RefusedError(400, "model is required")
        found = self.name_of(name)
        if found is None:
            raise RefusedError(404, message.format(name))
        return self.models[found]

    def delete(self, name: str) -> None:
        self.find(name)
        del self.models[self.name_of(name) or ""]
        kept = {f"sha256:{each}" for m in self.models.values() for each in m.layer_digests}
        self.blobs = {digest: blob for digest, blob in self.blobs.items() if digest in kept}

    def copy(self, source: str, destination: str) -> None:
        self.add(destination, self.find(source, 'model "{}" not found'))

    def holds(self, digest: str) -> bool:
        """Whether a blob exists, even if it was put into the folder by hand."""
        if not _DIGEST.fullmatch(digest):
            raise RefusedError(400, "invalid digest format")
        path = None if self.folder is None else self.folder / digest.replace(":", "-")
        if digest not in self.blobs and path is not None and path.is_file():
            self.blobs[digest] = path.read_bytes()
        return digest in self.blobs

    def put_blob(self, digest: str, content: bytes) -> int:
        """Store a blob; returns the status of the answer."""
        if self.holds(digest):
            return 200
        found = f"sha256:{sha256(content)}"
        if found != digest:
            raise RefusedError(400, f'digest mismatch, expected "{digest}", got "{found}"')
        self.blobs[digest] = content
        if self.folder is not None:
            (self.folder / digest.replace(":", "-")).write_bytes(content)
        return 201

    def pull(self, name: str) -> Iterator[Json]:
        """Progress lines; existing layers are not fetched again.

        The first line of a layer already counts what has arrived by then, the last one stays below
        the total, and tiny layers have none.
        """
        yield {"status": "pulling manifest"}
        wanted = full(name).casefold()
        model = next((m for n, m in self.library.items() if full(n).casefold() == wanted), None)
        if model is None:
            raise RefusedError(500, "pull model manifest: file does not exist")
        for layer, found in zip(model.layers, model.layer_digests, strict=True):
            digest = f"sha256:{found}"
            line = {"status": f"pulling {digest[7:19]}", "digest": digest, "total": len(layer)}
            if digest in self.blobs:
                yield line | {"completed": len(layer)}
            elif len(layer) >= _SMALL:
                for done in range(min(_PIECE, len(layer) - 1), len(layer), _PIECE):
                    yield line | {"completed": done}
        yield {"status": "verifying sha256 digest"}
        yield {"status": "writing manifest"}
        self.add(name, model)
        yield {"status": "success"}

    def create(self, request: Json) -> Iterator[Json]:
        """Progress lines for creating a model from another one, or from uploaded files."""
        name, source, files = request["model"], request.get("from"), request.get("files")
        if not _NAME.fullmatch(name):
            raise RefusedError(400, "invalid model name")
        if not source and not files:
            raise RefusedError(400, "neither 'from' or 'files' was specified")
        return self._create(request, name, source, files)

    def _create(
        self, request: Json, name: str, source: str | None, files: dict[str, str] | None
    ) -> Iterator[Json]:
        if source:
            if self.name_of(source) is None:
                yield from self.pull(source)
            base = replace(self.find(source), parent=source)
        else:
            base = yield from self._from_files(files or {})
        changes: Json = {
            key: request[key] for key in ("template", "system", "license") if request.get(key)
        }
        if changes:
            base = replace(base, layers=(*base.layers, repr(sorted(changes.items())).encode()))
        changes["parameters"] = base.parameters | (request.get("parameters") or {})
        if request.get("quantize"):
            yield {"status": f"quantizing {base.quantization} model to {request['quantize']}"}
            changes["quantization"] = request["quantize"].upper()
        changes["modified_at"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
        model = replace(base, **changes)
        for found in model.layer_digests:
            digest = f"sha256:{found}"
            how = "using existing" if digest in self.blobs else "creating new"
            yield {"status": f"{how} layer {digest}"}
        yield {"status": "writing manifest"}
        self.add(name, model)
        yield {"status": "success"}

    def _from_files(self, files: dict[str, str]) -> Generator[Json, None, StoredModel]:
        names = list(files)
        if all(name.endswith(".gguf") for name in names):
            yield {"status": "parsing GGUF"}
            return (yield from from_gguf([self._blob(files[name]) for name in names]))
        if not any(name.endswith(".safetensors") for name in names):
            raise RefusedError(400, "unknown type")
        contents = {name: self._blob(digest) for name, digest in files.items()}
        return (yield from from_safetensors(contents))

    def _blob(self, digest: str) -> bytes:
        if not self.holds(digest):
            path = f"/models/blobs/{digest.replace(':', '-')}"
            raise RefusedError(400, f"open {path}: no such file or directory")
        return self.blobs[digest]
