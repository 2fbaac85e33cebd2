"""The Hugging Face cache: which revisions of which models are in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISLNK
from typing import TYPE_CHECKING

from registry.files.stored import StoredModel
from registry.store.cache_scan import scan
from registry_base.repository_names import is_sha256

if TYPE_CHECKING:
    from huggingface_hub import CachedRepoInfo, CachedRevisionInfo


@dataclass(frozen=True)
class CacheContent:
    """The models of a cache.

    digests: SHA-256 -> blob of a model, for large files, which the cache names by it. warnings:
    what could not be read, one line each. incomplete_bytes: of downloads interrupted or in
    progress.
    """

    models: tuple[StoredModel, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict[str, str])
    warnings: tuple[str, ...] = ()
    incomplete_bytes: int = 0


def read_cache(folder: Path | None = None) -> CacheContent:
    """Read a cache: the given one, else huggingface_hub's; empty if there is none.

    Damage becomes a warning. Raises StoreError if the folder cannot be read.
    """
    info = scan(folder)
    if info is None:
        return CacheContent()
    models = [
        _stored(repository, revision)
        for repository in info.repos
        for revision in repository.revisions
    ]
    models.sort(key=lambda model: (model.name.casefold(), model.revision))
    paths = {
        file.blob_path
        for repository in info.repos
        for revision in repository.revisions
        for file in revision.files
        if is_sha256(file.blob_path.name)
    }
    return CacheContent(
        tuple(models),
        {path.name: _place(path)[0] for path in paths},
        warnings=tuple(str(warning) for warning in info.warnings),
        incomplete_bytes=sum(file.size_on_disk for file in info.incomplete_files),
    )


def _stored(repository: CachedRepoInfo, revision: CachedRevisionInfo) -> StoredModel:
    sizes: dict[str, int] = {}
    linked: set[str] = set()
    for blob, size in {file.blob_path: file.size_on_disk for file in revision.files}.items():
        path, names = _place(blob)
        sizes[path] = size
        if names > 1:
            linked.add(path)
    used = max((file.blob_last_accessed for file in revision.files), default=None)
    return StoredModel(
        store="huggingface",
        name=repository.repo_id,
        revision=revision.commit_hash,
        blobs=sizes,
        linked=frozenset(linked),
        files=revision.nb_files,
        last_used=None if used is None else datetime.fromtimestamp(used, UTC),
        refs=tuple(sorted(revision.refs)),
        path=revision.snapshot_path,
    )


def _place(blob: Path) -> tuple[str, int]:
    """Where the bytes of a blob are, and under how many names."""
    try:
        stat = blob.lstat()
        if not S_ISLNK(stat.st_mode):
            return str(blob), stat.st_nlink
        return os.path.realpath(blob), blob.stat().st_nlink  # what several repositories share
    except OSError:  # gone in the meantime
        return str(blob), 1
