"""One commit of a repository in the Hugging Face cache: where its files lie, taking one out.

The layout is huggingface_hub's (libraries/huggingface_hub.py): what a snapshot links to is shared
by all commits of the repository.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout
from huggingface_hub import constants

from registry.files.digests import git_blob, sha256
from registry.files.repository_file import RepositoryFile
from registry.libraries.huggingface_hub import CachedRepository
from registry_base.atomic_write import write_if_changed


class CachedSnapshot:
    """A commit of a repository in a cache; nothing of it need be there.

    folder: where its files are, by their paths in the repository.
    """

    def __init__(self, huggingface_id: str, commit: str, cache_dir: Path | None = None) -> None:
        self.huggingface_id = huggingface_id
        self.commit = commit
        self.cache_dir = hub_cache(cache_dir)
        self._repository = CachedRepository.of(huggingface_id, self.cache_dir)
        self.folder = self._repository.snapshots / commit

    def has(self, file: RepositoryFile) -> bool:
        """Whether a file is in this snapshot, as it should be or not."""
        return os.path.exists(self.folder / file.path)  # noqa: PTH110 - raises nothing

    def find(self, file: RepositoryFile) -> Path | None:
        """Where the bytes of a file lie: in this snapshot, or fetched with another commit."""
        if self.has(file):
            return self.folder / file.path
        blob = self._blob(file)
        return blob if blob is not None and os.path.exists(blob) else None  # noqa: PTH110

    def discard(self, file: RepositoryFile) -> None:
        """Take out a file that is not what it should be, so that nobody takes it for good.

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
        """Remove what downloads of a file left behind when they were killed.

        What another process is downloading now stays: it holds the lock of the blob.
        """
        blob = self._blob(file)
        # On a file system without locks, or in a folder that is not ours, they stay.
        with suppress(Timeout, OSError, NotImplementedError):
            leftovers = self._incomplete(file)
            if blob is None or not leftovers:
                return
            lock = self._repository.lock(blob.name)
            lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(lock, timeout=0, mode=0o664):
                for leftover in leftovers:
                    leftover.unlink(missing_ok=True)

    def growing(self, file: RepositoryFile) -> Path | None:
        """Where huggingface_hub writes a file just now, as far as names tell."""
        return max(self._incomplete(file), key=lambda path: path.stat().st_ctime_ns, default=None)

    def point_main_here(self) -> None:
        """Note that the main branch is at this commit, for who asks for the head offline."""
        ref = self._repository.refs / "main"
        ref.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(ref, self.commit)

    def _incomplete(self, file: RepositoryFile) -> list[Path]:
        blob = self._blob(file)
        return [] if blob is None else self._repository.unfinished(blob.name)

    def _blob(self, file: RepositoryFile) -> Path | None:
        name = file.sha256 or file.git_blob
        return None if name is None else self._repository.blobs / name


def hub_cache(given: Path | None = None) -> Path:
    """The Hugging Face cache: as given, else HF_HUB_CACHE or HF_HOME as huggingface_hub has it.

    >>> hub_cache(Path("elsewhere")).name
    'elsewhere'
    """
    chosen = Path(constants.HF_HUB_CACHE) if given is None else given
    return Path(os.path.realpath(chosen.expanduser()))


def _target(path: Path) -> Path | None:
    """Where a link points, one step: behind it, blobs may be links into a shared store."""
    if not path.is_symlink():
        return None
    return Path(os.path.normpath(path.parent / path.readlink()))


def _is_what_it_is_called(blob: Path) -> bool:
    """Whether the bytes of a blob are those of its name: a SHA-256, or the SHA-1 of Git."""
    try:
        return blob.name == (sha256(blob) if len(blob.name) == 64 else git_blob(blob))
    except OSError:
        return False
