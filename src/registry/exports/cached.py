"""The exports in the user's cache, read from the names of their folders.

Only folders are entered, never links, and only what has an export.json is an export. That file is
not read: of an export by another version it may say something else.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.exports.export import MANIFEST
from registry.exports.place import exports_folder, repository_in
from registry.exports.replacing import place_of_remains
from registry.files.stored import Build
from registry_base.repository_names import is_commit

# Also engines and precisions that this version does not know.
_PLACE = re.compile(r"(?P<engine>[a-z]+)-(?P<precision>[a-z0-9]+)-(?P<exporter>[0-9]+)")


@dataclass(frozen=True)
class CachedExport:
    """An export in the cache, or what a killed process left of one."""

    folder: Path
    huggingface_id: str
    commit: str
    build: Build


def cached_exports(warnings: list[str]) -> Iterator[CachedExport]:
    """The exports, in order of their places; what cannot be read adds a line to the warnings."""
    for folder in _folders_of_commits(warnings):
        for path in _folders(folder, warnings):
            found = _named(path, path)
            if found is not None and _has_manifest(path, warnings):
                yield found


def unfinished_exports(warnings: list[str]) -> Iterator[CachedExport]:
    """The folders in which exports are being made, or were when a process was killed."""
    for folder in _folders_of_commits(warnings):
        for path in _folders(folder, warnings):
            place = place_of_remains(path)
            if place is not None and (found := _named(place, path)) is not None:
                yield found


def is_cached(folder: Path) -> bool:
    """Whether the folder of an export is there, with no link on the way to it from the cache's."""
    return all(map(_is_folder, (folder, folder.parent, folder.parents[1])))


def files_of(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files below a folder, links as themselves."""
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            try:
                yield path, path.lstat()
            except OSError:  # gone in the meantime
                continue


def _folders_of_commits(warnings: list[str]) -> Iterator[Path]:
    for repository in _folders(exports_folder(), warnings):
        if repository_in(repository.name) is not None:
            yield from (each for each in _folders(repository, warnings) if is_commit(each.name))


def _named(place: Path, folder: Path) -> CachedExport | None:
    found = _PLACE.fullmatch(place.name)
    name = repository_in(place.parents[1].name)
    if found is None or name is None:
        return None
    return CachedExport(folder, name, place.parent.name, Build(**found.groupdict()))


def _folders(folder: Path, warnings: list[str]) -> list[Path]:
    try:
        with os.scandir(folder) as found:
            names = [each.name for each in found if each.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []
    except OSError as error:
        warnings.append(_unreadable(folder, error))
        return []
    return [folder / name for name in sorted(names)]


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _has_manifest(folder: Path, warnings: list[str]) -> bool:
    try:
        return stat.S_ISREG((folder / MANIFEST).lstat().st_mode)
    except FileNotFoundError:
        return False
    except OSError as error:
        warnings.append(_unreadable(folder, error))
        return False


def _unreadable(folder: Path, error: OSError) -> str:
    return f"{folder}: cannot be read: {error.strerror}"
