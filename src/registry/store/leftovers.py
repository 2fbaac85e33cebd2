"""What killed downloads left in the Hugging Face cache: parts of files that no one is writing."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from registry.libraries.huggingface_hub import CachedRepository
from registry.store.cache_scan import scan

# Where locks cannot be checked, a part that has not grown for this long is abandoned.
_DEAD = 24 * 3600  # seconds


@dataclass(frozen=True)
class Leftover:
    """Part of a file, its repository, and its size in bytes."""

    path: Path
    huggingface_id: str
    bytes: int


def leftovers(
    cache_dir: Path | None = None,
    *,
    keep: Iterable[str] = (),
    unused_since: datetime | None = None,
) -> tuple[Leftover, ...]:
    """The parts of files that no download is writing; `keep` are patterns of repositories.

    unused_since: only those not written since then. Raises StoreError if the cache cannot be read.
    """
    found = scan(cache_dir)
    patterns = [pattern.casefold() for pattern in keep]
    parts: list[Leftover] = []
    for repository in sorted(found.repos, key=lambda each: each.repo_id) if found else ():
        if any(_is_called(repository.repo_id, pattern) for pattern in patterns):
            continue
        for path in sorted(CachedRepository(repository.repo_path).unfinished()):
            with suppress(FileNotFoundError):  # already done
                stat = path.stat()
                written = datetime.fromtimestamp(stat.st_mtime, UTC)
                if (unused_since is None or written < unused_since) and _is_dead(path):
                    parts.append(Leftover(path, repository.repo_id, stat.st_size))
    return tuple(parts)


def remove_leftovers(parts: Iterable[Leftover]) -> Iterator[tuple[Leftover, str]]:
    """Remove them, except those that a download has resumed; returns what stays, and why."""
    for part in parts:
        try:
            with _unlocked(part.path, begin=True) as free:
                if free:
                    part.path.unlink(missing_ok=True)
                else:
                    yield part, "a download has resumed it"
        except OSError as error:
            yield part, str(error.strerror)


def _is_called(huggingface_id: str, pattern: str) -> bool:
    name = huggingface_id.casefold()
    return fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern)


def _is_dead(path: Path) -> bool:
    with _unlocked(path) as free:
        return free


@contextmanager
def _unlocked(path: Path, *, begin: bool = False) -> Generator[bool]:
    """Whether no process writes a part of a file.

    begin: take the lock even if no process has made it yet, so that none can start within the
    block.
    """
    from filelock import FileLock, Timeout

    lock = CachedRepository(path.parents[1]).lock(path.name.partition(".")[0])
    if begin:
        lock.parent.mkdir(parents=True, exist_ok=True)
    elif not lock.exists():  # every writer creates it
        yield True
        return
    held = FileLock(lock, timeout=0, mode=0o664)
    try:
        held.acquire()
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError):
        yield time.time() - path.stat().st_mtime > _DEAD
        return
    try:
        yield True
    finally:
        held.release()
