"""One commit of a repository in the Hugging Face cache: where its files are, removing one.

The layout is huggingface_hub's (libraries/huggingface_hub.py): what a snapshot links to is shared
by all commits of the repository.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from huggingface_hub import constants

from registry.files.digests import git_blob, sha256
from registry.files.repository_file import RepositoryFile
from registry.libraries.huggingface_hub import CachedRepository
from registry_base.atomic_write import write_if_changed


class CachedSnapshot:
    """A commit of a repository in a cache; nothing of it need be there.

    folder: where its files are, by their paths in the repository. at_hub: the commit under which
    the current Hub has the same files; find_at_hub finds another if that one is missing.
    """

    def __init__(
        self,
        huggingface_id: str,
        commit: str,
        cache_dir: Path | None = None,
        *,
        at_hub: str | None = None,
        find_at_hub: Callable[[], str] | None = None,
    ) -> None:
        self.huggingface_id = huggingface_id
        self.commit = commit
        self.at_hub = at_hub or commit
        self.find_at_hub = find_at_hub
        self.cache_dir = hub_cache(cache_dir)
        self._repository = CachedRepository.of(huggingface_id, self.cache_dir)
        self.folder = self._repository.snapshots / commit

    def has(self, file: RepositoryFile) -> bool:
        """Whether a file is in this snapshot, as it should be or not."""
        return os.path.exists(self.folder / file.path)  # noqa: PTH110 - raises nothing

    def find(self, file: RepositoryFile) -> Path | None:
        """Where the bytes of a file are: in this snapshot, or fetched with another commit."""
        if self.has(file):
            return self.folder / file.path
        blob = self._blob(file)
        return blob if blob is not None and os.path.exists(blob) else None  # noqa: PTH110

    def discard(self, file: RepositoryFile) -> None:
        """Remove a damaged file, so that it is not used as if it were intact.

        Its bytes stay if another commit links to them and they are what their name says. If
        they are not, those links go too: they would lead to nothing.
        """
        entry = self.folder / file.path
        blobs = {_target(entry), self._blob(file)}
        entry.unlink(missing_ok=True)
        for blob in blobs:
            if blob is None or blob.parent != self._repository.blobs or not blob.is_file():
                continue
            links = [path for path in self.folder.parent.rglob("*") if _target(path) == blob]
            if links and _is_what_it_is_called(blob):
                continue
            for path in (*links, blob):
                path.unlink(missing_ok=True)

    def clear_leftovers(self, file: RepositoryFile) -> None:
        """Remove what downloads by huggingface_hub left behind when they were killed.

        It cannot resume from there. What another process is downloading now stays: it holds the
        lock of the blob.
        """
        blob = self._blob(file)
        # On a file system without locks, or in a folder that is not ours, they stay.
        with suppress(Timeout, OSError, NotImplementedError):
            leftovers = [] if blob is None else self._repository.unfinished(blob.name)
            if blob is None or not leftovers:
                return
            lock = self._repository.lock(blob.name)
            lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(lock, timeout=0, mode=0o664):
                for leftover in leftovers:
                    leftover.unlink(missing_ok=True)

    @contextmanager
    def writing(self, file: RepositoryFile) -> Generator[Path]:
        """Keep other processes from fetching the same file; yields where to write it.

        That may be there already, in part. Raises OSError.
        """
        blob = self._wanted(file)
        blob.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        lock = self._repository.lock(blob.name)
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock, mode=0o664):
            partial = self._repository.partial(blob.name)
            if not partial.is_file():  # a pipe, a link to nothing
                partial.unlink(missing_ok=True)
            yield partial

    def came(self, file: RepositoryFile) -> int:
        """Bytes of a file that arrived before a download was cut short."""
        try:
            return self._repository.partial(self._wanted(file).name).stat().st_size
        except OSError:
            return 0

    def link(self, file: RepositoryFile) -> bool:
        """Link a file whose bytes are in the cache into this snapshot; returns whether they are."""
        if self.has(file):
            return True
        blob = self._wanted(file)
        if not blob.is_file():
            return False
        self._put(file, blob)
        return True

    def take_in(self, file: RepositoryFile, partial: Path, name: str) -> Path:
        """Move a fetched file into the cache, its bytes under that name; returns where it is."""
        blob = self._repository.blobs / name
        partial.replace(blob)
        return self._put(file, blob)

    def _put(self, file: RepositoryFile, blob: Path) -> Path:
        place = self.folder / file.path
        place.unlink(missing_ok=True)  # a link to nothing
        try:
            place.symlink_to(os.path.relpath(blob, place.parent))
        except OSError:  # of a file system without links
            shutil.copyfile(blob, place)
        return place

    def point_here(self, branch: str = "main") -> None:
        """Record that a branch or tag is at this commit, for offline use."""
        ref = self._repository.refs / branch
        ref.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(ref, self.commit)

    def _wanted(self, file: RepositoryFile) -> Path:
        """Where its bytes are, or will be during the transfer."""
        unnamed = hashlib.sha256(f"{self.commit}/{file.path}".encode()).hexdigest()
        return self._blob(file) or self._repository.blobs / unnamed

    def _blob(self, file: RepositoryFile) -> Path | None:
        name = file.sha256 or file.git_blob
        return None if name is None else self._repository.blobs / name


def hub_cache(given: Path | None = None) -> Path:
    """The Hugging Face cache: as given, else HF_HUB_CACHE or HF_HOME as in huggingface_hub.

    >>> hub_cache(Path("elsewhere")).name
    'elsewhere'
    """
    chosen = Path(constants.HF_HUB_CACHE) if given is None else given
    return Path(os.path.realpath(chosen.expanduser()))


def _target(path: Path) -> Path | None:
    """Where a link points, one step: its target, a blob, may be a link into a shared store."""
    if not path.is_symlink():
        return None
    return Path(os.path.normpath(path.parent / path.readlink()))


def _is_what_it_is_called(blob: Path) -> bool:
    """Whether the bytes of a blob are those of its name: a SHA-256, or the SHA-1 of Git."""
    try:
        return blob.name == (sha256(blob) if len(blob.name) == 64 else git_blob(blob))
    except OSError:
        return False
