"""Remove one revision from the Hugging Face cache, leaving nothing half removed if that stops."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import StoreError
from registry.libraries.huggingface_hub import CachedRepository
from registry.store.cache_scan import scan_repository

if TYPE_CHECKING:
    from huggingface_hub import CachedFileInfo

_REMOVED = ".removed"


def remove_revision(huggingface_id: str, revision: str, cache_dir: Path | None = None) -> None:
    """Remove a revision, and those of its blobs that no other revision has.

    First it is renamed, so that it cannot be loaded. A process killed after that leaves a detached
    revision of that name, which the next `registry prune` finds and removes.

    Raises StoreError if part of the repository is being fetched, or the files cannot be removed.
    """
    from registry.hub.snapshot import CachedSnapshot

    folder = CachedSnapshot(huggingface_id, revision, cache_dir).folder
    repository = CachedRepository(folder.parents[1])
    try:
        with _nobody_fetches(repository):
            _remove(folder, repository)
    except OSError as error:
        place = error.filename or folder
        raise StoreError(f"{place} cannot be removed: {error.strerror}; is it yours?") from None


def _remove(folder: Path, repository: CachedRepository) -> None:
    commit = folder.name.partition(".")[0]
    if folder.suffix != _REMOVED:
        unique = f"{commit}.{secrets.token_hex(4)}{_REMOVED}"
        try:
            folder = folder.rename(folder.with_name(unique))
        except FileNotFoundError:  # another process was faster
            return
    for ref in (path for path in repository.refs.rglob("*") if path.is_file()):
        if ref.read_bytes().decode("utf-8", "replace").strip() == commit:
            ref.unlink()
    _remove_files(folder, repository.folder)
    shutil.rmtree(folder)
    if not any(repository.snapshots.iterdir()):
        shutil.rmtree(repository.folder)


def _remove_files(folder: Path, repository: Path) -> None:
    from huggingface_hub import HFCacheInfo

    found = scan_repository(repository, [])
    # What two repositories share is kept in the folder of the cache; huggingface_hub handles it.
    info = HFCacheInfo(0, frozenset([found]), frozenset(), [], repository.parent)
    links: defaultdict[Path, list[CachedFileInfo]] = defaultdict(list)
    used: set[Path] = set()
    for each in found.revisions:
        for file in each.files:
            if each.snapshot_path != folder:
                used.add(file.blob_path)
            elif repository in file.blob_path.parents:  # else a user's link to elsewhere
                links[file.blob_path].append(file)
    # One by one, so that a blob is without links, and cannot be found, only for a moment.
    for blob, files in links.items():
        info.delete_files(*files).execute()
        if blob not in used and os.path.lexists(blob):  # delete_files only logs that
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(blob))


@contextmanager
def _nobody_fetches(repository: CachedRepository) -> Generator[None]:
    """Hold the locks that downloads of a repository take; StoreError if one is taken."""
    from filelock import FileLock, Timeout

    with ExitStack() as held:
        for path in repository.locks.glob("*.lock"):
            # On a file system without locks, or in a folder that is not ours, locks say nothing.
            with suppress(OSError, NotImplementedError):
                try:
                    held.enter_context(FileLock(path, timeout=0, mode=0o664))
                except Timeout:
                    raise StoreError(
                        "another process is fetching files of it; try again when it is done"
                    ) from None
        yield
