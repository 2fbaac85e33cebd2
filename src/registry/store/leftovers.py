"""What killed processes left: parts of files in the Hugging Face cache, and unfinished exports."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from registry.errors import StoreError
from registry.exports.cached import files_of, unfinished_exports
from registry.exports.replacing import place_of_remains
from registry.files.file_lock import is_held
from registry.files.stored import Build, StoreName
from registry.libraries.huggingface_hub import CachedRepository
from registry.store.cache_scan import scan
from registry.store.exported import remove_unfinished

# Where locks cannot be checked, what has not grown for this long is abandoned.
_DEAD = 24 * 3600  # seconds


@dataclass(frozen=True)
class Leftover:
    """Part of a file, or a folder, of a repository: its size in bytes, and when it last grew."""

    path: Path
    huggingface_id: str
    bytes: int
    written: datetime
    store: StoreName
    build: Build | None = None


def leftovers(
    cache_dir: Path | None = None,
    *,
    keep: Iterable[str] = (),
    unused_since: datetime | None = None,
) -> tuple[Leftover, ...]:
    """What no process is writing; `keep` are patterns of repositories.

    unused_since: only what was not written since then. Raises StoreError if the cache cannot be
    read.
    """
    patterns = [pattern.casefold() for pattern in keep]
    return tuple(
        part
        for part in (*_parts_of_files(cache_dir), *_parts_of_exports())
        if not any(_is_called(part.huggingface_id, pattern) for pattern in patterns)
        and (unused_since is None or part.written < unused_since)
        and _is_dead(part)
    )


def _parts_of_files(cache_dir: Path | None) -> Iterator[Leftover]:
    found = scan(cache_dir)
    for repository in sorted(found.repos, key=lambda each: each.repo_id) if found else ():
        for path in sorted(CachedRepository(repository.repo_path).unfinished()):
            with suppress(FileNotFoundError):  # already done
                stat = path.stat()
                written = datetime.fromtimestamp(stat.st_mtime, UTC)
                yield Leftover(path, repository.repo_id, stat.st_size, written, "huggingface")


def _parts_of_exports() -> Iterator[Leftover]:
    for each in unfinished_exports([]):  # read_exports warns
        with suppress(FileNotFoundError):  # as above
            files = [stat for _, stat in files_of(each.folder)]
            latest = max(stat.st_mtime for stat in (each.folder.stat(), *files))
            written = datetime.fromtimestamp(latest, UTC)
            size = sum(stat.st_size for stat in files)
            yield Leftover(each.folder, each.huggingface_id, size, written, "exports", each.build)


def remove_leftovers(parts: Iterable[Leftover]) -> Iterator[tuple[Leftover, str]]:
    """Remove them, except those that a process has resumed; returns what stays, and why."""
    for part in parts:
        try:
            if part.store == "exports":
                remove_unfinished(part.path)
                continue
            with _unlocked(part, begin=True) as free:
                if free:
                    part.path.unlink(missing_ok=True)
                else:
                    yield part, "a download has resumed it"
        except StoreError as error:
            yield part, str(error)
        except OSError as error:
            yield part, str(error.strerror)


def _is_called(huggingface_id: str, pattern: str) -> bool:
    name = huggingface_id.casefold()
    return fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern)


def _is_dead(part: Leftover) -> bool:
    if part.store == "exports":
        return _is_abandoned(part)
    with _unlocked(part) as free:
        return free


def _is_abandoned(part: Leftover) -> bool:
    """Whether no process makes the export of which it is a part."""
    place = place_of_remains(part.path)
    try:
        return place is not None and not is_held(place)
    except (OSError, NotImplementedError):
        return _is_old(part)


def _is_old(part: Leftover) -> bool:
    return time.time() - part.written.timestamp() > _DEAD


@contextmanager
def _unlocked(part: Leftover, *, begin: bool = False) -> Generator[bool]:
    """Whether no process writes a part of a file.

    begin: take the lock even if no process has made it yet, so that none can start within the
    block.
    """
    from filelock import FileLock, Timeout

    path = part.path
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
        yield _is_old(part)
        return
    try:
        yield True
    finally:
        held.release()
