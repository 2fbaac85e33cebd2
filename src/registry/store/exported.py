"""The exports for engines in the user's cache: which there are, and removing them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from registry.errors import StoreError
from registry.exports.cached import (
    CachedExport,
    cached_exports,
    files_of,
    is_cached,
    unfinished_exports,
)
from registry.exports.export import EXPORTER
from registry.exports.place import folder_of
from registry.exports.replacing import place_of_remains, remove, remove_remains
from registry.files.file_lock import exclusive
from registry.files.stored import Build, StoredModel

# Removing an export takes less, making one takes longer.
_PATIENCE = 1.0  # seconds


@dataclass(frozen=True)
class Exports:
    """The exports of the cache.

    warnings: what could not be read, one line each. unfinished_bytes: of exports that are being
    made, and of what killed processes left.
    """

    models: tuple[StoredModel, ...]
    warnings: tuple[str, ...]
    unfinished_bytes: int


def read_exports() -> Exports:
    """Read them; none if there is no folder. Raises MissingExtraError without platformdirs."""
    warnings: list[str] = []
    models = tuple(map(_stored, cached_exports(warnings)))
    unfinished = sum(
        found.st_size for each in unfinished_exports([]) for _, found in files_of(each.folder)
    )
    return Exports(models, tuple(warnings), unfinished)


def _stored(export: CachedExport) -> StoredModel:
    files = dict(files_of(export.folder))
    used = max((found.st_atime for found in files.values()), default=None)
    return StoredModel(
        store="exports",
        name=export.huggingface_id,
        revision=export.commit,
        build=export.build,
        blobs={str(path): found.st_size for path, found in files.items()},
        linked=frozenset(str(path) for path, found in files.items() if found.st_nlink > 1),
        files=len(files),
        last_used=None if used is None else datetime.fromtimestamp(used, UTC),
        path=export.folder,
    )


def is_current(build: Build) -> bool:
    """Whether `load` of this version takes what an exporter made."""
    return build.exporter == EXPORTER


def is_outdated(build: Build) -> bool:
    """Whether only earlier versions take it; what a later one made may be in use there."""
    return int(build.exporter) < int(EXPORTER)


def remove_export(huggingface_id: str, commit: str, build: Build) -> None:
    """Remove an export, and the folders above it if they are empty then.

    It is moved aside first, so that `load` finds all of it or nothing. A process killed after that
    leaves what a killed `registry export` leaves: the next one or `registry prune` removes it.

    Raises StoreError if it is being made, or its files cannot be removed.
    """
    place = folder_of(huggingface_id, commit, build.engine, build.precision, build.exporter)
    _remove(place, place, remove)


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed process left of an export. Raises StoreError as `remove_export` does."""
    place = place_of_remains(folder)
    if place is not None:
        _remove(folder, place, remove_remains)


def _remove(folder: Path, place: Path, how: Callable[[Path], None]) -> None:
    if not is_cached(folder):  # gone, or below a link that was put in its place
        return
    try:
        with exclusive(place, patience=_PATIENCE):
            if is_cached(folder):
                how(folder)
    except FileNotFoundError:  # another process was faster
        return
    except TimeoutError:
        raise StoreError(
            "another process is making or removing it; try again when it is done"
        ) from None
    except OSError as error:
        where = error.filename or folder
        raise StoreError(f"{where} cannot be removed: {error.strerror}; is it yours?") from None
    with suppress(OSError):  # of a folder that is not empty
        for parent in place.parents[:2]:
            parent.rmdir()
