"""What a pull would fetch, before it does: commits, files, bytes, and the free space on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from registry.budgets import CONCURRENT
from registry.catalogue.entries import Entry
from registry.errors import HubError, RevisionNotFoundError, StoreError
from registry.files.digests import Damage, Digests
from registry.files.lock_file import Lock
from registry.files.repository_file import RepositoryFile
from registry.hub.elsewhere import cure_for_unlocked, locked_snapshot
from registry.hub.snapshot import CachedSnapshot, hub_cache
from registry.hub.source import RepositorySource
from registry.hub.wanted_files import wanted_files
from registry.store.asked_for import stated_variant
from registry.threads import in_order

Origin = Literal["lock", "pin", "head", "given"]
OpenSource = Callable[[str, str | None], RepositorySource]


@dataclass(frozen=True)
class PlannedFile:
    """A file that loading needs, with its digest: SHA-256, or Git's if the Hub lists no other.

    state: "cached": it is in the snapshot; "shared": its bytes came with another commit and are
    to be linked; "missing"; "damaged": it is there and wrong, as `damage` says. came: bytes of it
    that an interrupted download left here.
    """

    file: RepositoryFile
    state: Literal["cached", "shared", "missing", "damaged"]
    damage: Damage | None = None
    came: int = 0

    @property
    def to_fetch(self) -> int:
        """Bytes to fetch."""
        if self.state not in ("missing", "damaged"):
            return 0
        return max(0, self.file.size - self.came)


@dataclass(frozen=True)
class PlannedModel:
    """A model at one commit, and how much of it is there.

    origin: where the commit comes from: the lock, the entry's pin, the caller ("given"), or none of
    them: the head of main.
    """

    entry: Entry
    origin: Origin
    snapshot: CachedSnapshot
    files: tuple[PlannedFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(planned.file.size for planned in self.files)

    @property
    def to_fetch(self) -> int:
        """Bytes to fetch."""
        return sum(planned.to_fetch for planned in self.files)


@dataclass(frozen=True)
class PullPlan:
    """What would be fetched, and by id why a model cannot be. free: bytes left on the disk."""

    models: tuple[PlannedModel, ...]
    failures: Mapping[str, str]
    cache_dir: Path
    free: int

    @property
    def to_fetch(self) -> int:
        """Bytes to fetch."""
        return sum(model.to_fetch for model in self.models)

    @property
    def short(self) -> int:
        """Bytes that the disk lacks; 0 if there is room."""
        return max(0, self.to_fetch - self.free)


def plan_pull(
    entries: Iterable[Entry],
    lock: Lock,
    open_source: OpenSource,
    *,
    cache_dir: Path | None = None,
    given: bool = False,
    done: Callable[[], None] = lambda: None,
) -> PullPlan:
    """Find out what to fetch so that every entry is completely in the cache.

    Locked models need no request; `open_source` is called for the other models at their pins,
    else at the heads of their repositories. Files in the cache are read unless they were read
    before; the cache stays as it is. `done` is called after each entry.

    `given`: the entries' revisions are those requested, and the lock is ignored.

    Raises StoreError if the cache cannot be accessed.
    """
    folder = hub_cache(cache_dir)
    free = free_bytes(folder)
    digests = Digests()

    def one(entry: Entry) -> PlannedModel | str:
        try:
            if given:
                _, snapshot, files = _listed(entry, open_source, folder)
                origin: Origin = "given"
            else:
                origin, snapshot, files = _wanted(entry, lock, open_source, folder)
            beside = tuple(_beside_cache(file, snapshot, digests) for file in files)
            return PlannedModel(entry, origin, snapshot, beside)
        except RevisionNotFoundError as error:
            unlocked = entry.id not in lock.models and not given and entry.revision is not None
            return f"{error}; {cure_for_unlocked(entry.id)}" if unlocked else str(error)
        except HubError as error:
            return str(error)
        finally:
            done()

    asked = list(entries)
    found = list(zip(asked, in_order(one, asked, CONCURRENT), strict=True))
    digests.keep()
    models = tuple(result for _, result in found if not isinstance(result, str))
    failures = {entry.id: result for entry, result in found if isinstance(result, str)}
    return PullPlan(models, failures, folder, free)


def free_bytes(folder: Path) -> int:
    """Free bytes where a folder is, or will be. Raises StoreError."""
    there = next(each for each in (folder, *folder.parents) if os.path.exists(each))  # noqa: PTH110
    try:
        return shutil.disk_usage(there).free
    except OSError as error:
        raise StoreError(f"{there}: {error.strerror}") from None


def _wanted(
    entry: Entry, lock: Lock, open_source: OpenSource, folder: Path
) -> tuple[Origin, CachedSnapshot, tuple[RepositoryFile, ...]]:
    """Where the commit comes from, the commit in the cache, and its files. Raises HubError."""
    locked = lock.models.get(entry.id)
    if locked is not None and not (entry.only and locked.huggingface_id != entry.huggingface_id):
        if locked.huggingface_id != entry.huggingface_id:
            raise HubError(
                f"it is locked as {locked.huggingface_id}, the catalogue has "
                f"{entry.huggingface_id}; run `registry lock {entry.id}`"
            )
        expected = [file for file in locked.expected if entry.only in ((), (file.path,))]
        if expected:
            return "lock", locked_snapshot(locked, folder), tuple(expected)
    try:
        return _listed(entry, open_source, folder)
    except RevisionNotFoundError:
        if (stated := stated_variant(entry)) is None:
            raise
        return "pin", locked_snapshot(stated, folder), stated.expected


def _listed(
    entry: Entry, open_source: OpenSource, folder: Path
) -> tuple[Origin, CachedSnapshot, tuple[RepositoryFile, ...]]:
    """The same as a Hub lists it."""
    source = open_source(entry.huggingface_id, entry.revision)
    if source.revision is None:
        raise HubError(f"{entry.huggingface_id} has no commits")
    paths = entry.only or wanted_files(entry, source)
    if missing := [path for path in paths if path not in source.files]:
        raise HubError(f"{entry.huggingface_id} has no {', '.join(missing)} at {source.revision}")
    origin: Origin = "head" if entry.revision is None else "pin"
    snapshot = CachedSnapshot(entry.huggingface_id, source.revision, folder)
    return origin, snapshot, tuple(source.files[path] for path in paths)


def _beside_cache(file: RepositoryFile, snapshot: CachedSnapshot, digests: Digests) -> PlannedFile:
    path = snapshot.find(file)
    if path is None:
        return PlannedFile(file, "missing", came=snapshot.came(file))
    damage = digests.damage(path, file)
    if damage is not None:
        return PlannedFile(file, "damaged", damage)
    return PlannedFile(file, "cached" if path == snapshot.folder / file.path else "shared")
