"""The Hub's description of a repository: the answer of /api/models/{id}."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from .hub_commit import Commit, StoredFile
from .hub_repository import Repository

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")
_FORMATS = {"safetensors": ".safetensors", "pytorch": ".bin", "onnx": ".onnx", "gguf": ".gguf"}


def describe(repository: Repository, commit: Commit, *, blobs: bool = False) -> dict[str, Any]:
    """The full description; with `blobs`, including sizes and hashes of the files."""
    known = {
        "_id": hashlib.sha1(repository.id.encode()).hexdigest()[:24],
        "id": repository.id,
        "modelId": repository.id,
        "author": repository.author,
        "sha": commit.sha,
        "createdAt": timestamp(repository.created),
        "lastModified": timestamp(commit.date),
        "private": repository.private,
        "gated": repository.gated,
        "disabled": repository.disabled,
        "downloads": repository.downloads,
        "likes": repository.likes,
        "trendingScore": repository.trending_score,
        "pipeline_tag": _pipeline_tag(repository, commit),
        "library_name": _library(repository, commit),
        "tags": list(dict.fromkeys(_tags(repository, commit))),
        "cardData": commit.card or None,
        "config": commit.config or None,
        "safetensors": _safetensors(commit.parameters),
        "usedStorage": sum(file.size for file in commit.files.values()),
        "spaces": [],
        "siblings": [_sibling(file, blobs=blobs) for file in commit.files.values()],
    }
    known.update(repository.extra)
    # The Hub leaves out unknown fields.
    return {key: value for key, value in known.items() if value is not None}


def timestamp(moment: datetime) -> str:
    """A time in the Hub's format: 2024-01-01T00:00:00.000Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _sibling(file: StoredFile, *, blobs: bool) -> dict[str, Any]:
    sibling: dict[str, Any] = {"rfilename": file.path}
    if blobs:
        sibling |= {"size": file.size, "blobId": file.blob_id}
        if file.lfs:
            lfs = {"sha256": file.content.sha256, "size": file.size}
            sibling["lfs"] = lfs | {"pointerSize": len(file.pointer)}
    return sibling


def _safetensors(parameters: dict[str, int]) -> dict[str, Any] | None:
    return {"parameters": parameters, "total": sum(parameters.values())} if parameters else None


def _library(repository: Repository, commit: Commit) -> str | None:
    return repository.library_name or commit.card.get("library_name")


def _pipeline_tag(repository: Repository, commit: Commit) -> str | None:
    return repository.pipeline_tag or commit.card.get("pipeline_tag")


def _tags(repository: Repository, commit: Commit) -> Iterator[str]:
    """In the Hub's order: library, formats, type, the card's own tags, languages, references."""
    card = commit.card
    if library := _library(repository, commit):
        yield library
    for name, suffix in _FORMATS.items():
        if any(path.endswith(suffix) for path in commit.files):
            yield name
    yield from _several(commit.config.get("model_type"))
    yield from _several(_pipeline_tag(repository, commit))
    yield from _several(card.get("tags"))
    yield from _several(card.get("language"))
    yield from (f"dataset:{name}" for name in _several(card.get("datasets")))
    yield from (f"arxiv:{number}" for number in _ARXIV.findall(commit.readme))
    yield from (f"base_model:{name}" for name in _several(card.get("base_model")))
    yield from (f"license:{name}" for name in _several(card.get("license")))
    yield from repository.tags
    yield "region:us"


def _several(value: Any) -> Iterable[str]:
    """A value that may be one, many or none, as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else map(str, value)
