"""What goes into a bundle: the locked files of models, out of the Hugging Face cache."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from registry.bundles.manifest import (
    BILL,
    ENTRIES,
    LOCK,
    BundledSnapshot,
    Manifest,
    Member,
    blob_members,
    is_license,
)
from registry.catalogue.codegen import __version__
from registry.catalogue.entries import Entry
from registry.errors import BundleError
from registry.files.digests import git_blob, sha256
from registry.files.lock_file import Lock, LockedModel
from registry.files.repository_file import RepositoryFile
from registry.hub.snapshot import CachedSnapshot
from registry.provenance.bill_of_materials import bill_of_materials
from registry_base.repository_names import is_commit

_LARGEST_LICENCE = 16 << 20  # bytes
_SOME = 3  # files that a message names

Source = bytes | Path


@dataclass(frozen=True)
class Contents:
    """A bundle to write: its manifest, and where the bytes of each member are, by name."""

    manifest: Manifest
    sources: Mapping[str, Source]


def plan_bundle(
    entries: Sequence[Entry],
    lock: Lock,
    *,
    catalogue: str,
    version: str = "0",
    cache_dir: Path | None = None,
) -> Contents:
    """Find the locked files of models in the cache, and their license files.

    catalogue, version: what the bill of materials calls the catalogue of these entries. Nothing is
    fetched, and weights are read only when the bundle is written.

    Raises BundleError with a line for each model that is not locked, or not here.
    """
    problems: list[str] = []
    found: dict[tuple[str, str], _Found] = {}
    part: dict[str, LockedModel] = {}
    for entry in entries:
        locked = lock.models.get(entry.id)
        if locked is None or locked.huggingface_id != entry.huggingface_id:
            problems.append(_not_locked(entry, locked))
            continue
        part[entry.id] = replace(locked, elsewhere={})  # addresses are not passed on
        key = (locked.huggingface_id, locked.revision)
        place = found.setdefault(key, _Found(CachedSnapshot(*key, cache_dir).folder))
        if lacking := place.add(entry.id, locked.expected):
            problems.append(f"{entry.id}: {lacking}; `registry pull {entry.id}` fetches it")
    if problems:
        raise BundleError("\n".join(problems))
    snapshots = tuple(
        BundledSnapshot(name, commit, tuple(sorted(place.models)), place.listed)
        for (name, commit), place in sorted(found.items())
    )
    texts = {
        BILL: bill_of_materials(
            [entry.data for entry in entries],
            Lock(part),
            name=catalogue,
            version=version,
            tool=__version__,
        ),
        ENTRIES: _entries_text(entries),
        LOCK: Lock(part).text(),
    }
    documents = {name: text.encode() for name, text in texts.items()}
    members = [
        Member(name, len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in documents.items()
    ]
    manifest = Manifest(catalogue, (*members, *blob_members(snapshots)), snapshots)
    paths = {
        f"blobs/{file.sha256}": place.folder / file.path
        for place in found.values()
        for file in place.listed
    }
    return Contents(manifest, {**documents, **paths})


class _Found:
    """A commit in the cache while its files are gathered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.models: set[str] = set()
        self._files: dict[str, RepositoryFile] = {file.path: file for file in _licenses(folder)}

    def add(self, model_id: str, files: Iterable[RepositoryFile]) -> str | None:
        """Add the files of a model; returns which of them are missing, if any."""
        self.models.add(model_id)
        lacking: list[str] = []
        for file in files:
            path = self.folder / file.path
            try:
                size = path.stat().st_size
            except OSError:
                lacking.append(f"{file.path} is not in the cache")
                continue
            if size != file.size:
                lacking.append(f"{file.path} has {size} bytes, the lock says {file.size}")
            self._files[file.path] = _named_as_in_cache(path, file)
        more = f", and {len(lacking) - _SOME} more" if len(lacking) > _SOME else ""
        return ", ".join(lacking[:_SOME]) + more if lacking else None

    @property
    def listed(self) -> tuple[RepositoryFile, ...]:
        return tuple(self._files[path] for path in sorted(self._files))


def _licenses(folder: Path) -> Iterator[RepositoryFile]:
    """License files, notices and the card, which names a license, as far as they were fetched."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names alone
    except OSError:
        return
    for name in names:
        path = folder / name
        if not is_license(name) or not path.is_file():
            continue
        if (size := path.stat().st_size) <= _LARGEST_LICENCE:
            file = RepositoryFile(path=name, size=size, sha256=sha256(path))
            yield _named_as_in_cache(path, file)


def _named_as_in_cache(path: Path, file: RepositoryFile) -> RepositoryFile:
    """With its Git blob id if the cache uses that: the Hub lists it by that name."""
    try:
        name = path.readlink().name
    except OSError:  # not a link
        return file
    return replace(file, git_blob=name) if is_commit(name) and name == git_blob(path) else file


def _entries_text(entries: Iterable[Entry]) -> str:
    models = [dict(entry.data) for entry in sorted(entries, key=lambda entry: entry.id)]
    return json.dumps({"models": models}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _not_locked(entry: Entry, locked: LockedModel | None) -> str:
    if locked is None:
        return f"{entry.id} is not locked; run `registry lock {entry.id}`"
    return (
        f"{entry.id} is locked as {locked.huggingface_id}, the catalogue has "
        f"{entry.huggingface_id}; run `registry lock {entry.id}`"
    )
