"""The Hugging Face cache: which revisions of which models lie in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import MissingExtraError, StoreError
from registry.store.stored import StoredModel

if TYPE_CHECKING:
    from huggingface_hub import CachedRepoInfo, CachedRevisionInfo, HFCacheInfo

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class CacheContent:
    """The models of a cache.

    sizes: repository -> bytes on disk; what its revisions share counts once.
    blobs: SHA-256 -> bytes of large files, which the cache names so.
    warnings: what could not be read, a line each. incomplete_bytes: of downloads cut short.
    """

    folder: Path
    models: tuple[StoredModel, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    blobs: Mapping[str, int] = field(default_factory=dict[str, int])
    warnings: tuple[str, ...] = ()
    incomplete_bytes: int = 0


def read_cache(folder: Path | None = None) -> CacheContent:
    """Read the cache: as given, else where huggingface_hub keeps it; empty if there is none.

    Folders that are no repositories, and repositories that are damaged, are warnings.
    Raises StoreError where the folder cannot be read.
    """
    info = scan(folder)
    if info is None:
        return CacheContent(_folder(folder))
    repositories = [each for each in info.repos if each.repo_type == "model"]
    models: list[StoredModel] = []
    for repository in repositories:
        shared = _shared_blobs(repository)
        models += [_stored(repository, revision, shared) for revision in repository.revisions]
    models.sort(key=lambda model: (model.name.casefold(), model.revision))
    return CacheContent(
        _folder(folder),
        tuple(models),
        sizes={each.repo_id: each.size_on_disk for each in repositories},
        blobs={
            file.blob_path.name: file.size_on_disk
            for repository in repositories
            for revision in repository.revisions
            for file in revision.files
            if _SHA256.fullmatch(file.blob_path.name)
        },
        warnings=tuple(sorted(str(warning) for warning in info.warnings)),
        incomplete_bytes=info.incomplete_size_on_disk,
    )


def scan(folder: Path | None = None) -> HFCacheInfo | None:
    """What huggingface_hub finds in a cache; None if there is no such folder. Raises StoreError."""
    try:
        from huggingface_hub import scan_cache_dir
        from huggingface_hub.errors import CacheNotFound
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "hub") from None
    try:
        return scan_cache_dir(folder)
    except CacheNotFound:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"{_folder(folder)}: the cache cannot be read: {error}") from None


def _folder(given: Path | None) -> Path:
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) if given is None else given


def _shared_blobs(repository: CachedRepoInfo) -> Counter[Path]:
    """How many revisions use each blob."""
    return Counter(
        path
        for revision in repository.revisions
        for path in {file.blob_path for file in revision.files}
    )


def _stored(
    repository: CachedRepoInfo, revision: CachedRevisionInfo, shared: Counter[Path]
) -> StoredModel:
    blobs = {file.blob_path: file for file in revision.files}
    used = max((file.blob_last_accessed for file in blobs.values()), default=None)
    return StoredModel(
        store="huggingface",
        name=repository.repo_id,
        revision=revision.commit_hash,
        size=revision.size_on_disk,
        freed=sum(file.size_on_disk for path, file in blobs.items() if shared[path] == 1),
        files=revision.nb_files,
        last_used=None if used is None else datetime.fromtimestamp(used, UTC),
        refs=tuple(sorted(revision.refs)),
        path=revision.snapshot_path,
    )
