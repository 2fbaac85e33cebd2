"""Making, replacing and removing the export of a place: one process at a time, whole or not at all.

A process works in a folder beside the place that is named after it, and holds its lock. If it is
killed, that folder is what remains.
"""

from __future__ import annotations

import glob
import re
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from registry.files.file_lock import exclusive

# As tempfile names folders.
_RANDOM = 8
_TRIES = 20
_REMAINS = re.compile(rf"\.(?P<place>[^.]+)\.[a-z0-9_]{{{_RANDOM}}}")


@contextmanager
def only_here(place: Path, *, patience: float) -> Generator[None]:
    """Keep other processes from making or removing the export of a place; its folder is created.

    Raises OSError, and TimeoutError as `exclusive` does.
    """
    with ExitStack() as held:
        for left in reversed(range(_TRIES)):
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                held.enter_context(exclusive(place, patience=patience))
                break
            # `registry prune` removed the folder, which was empty, before or after it was found.
            except (FileNotFoundError, FileExistsError):
                if not left:
                    raise
        yield


@contextmanager
def beside(place: Path) -> Generator[Path]:
    """A folder for the work on a place, from which a folder can be renamed to it or from it."""
    with tempfile.TemporaryDirectory(prefix=f".{place.name}.", dir=place.parent) as name:
        yield Path(name)


def remains(place: Path) -> Iterator[Path]:
    """What killed processes left beside a place. The caller has its lock, so nobody works there."""
    # `.a.*` would also be those of a place `a.b`, which has its own lock.
    for folder in place.parent.glob(f".{glob.escape(place.name)}.{'?' * _RANDOM}"):
        if "." not in folder.name[len(place.name) + 2 :] and _is_folder(folder):
            yield folder


def place_of_remains(folder: Path) -> Path | None:
    """The place in the cache that a folder is named after; None if its name is another one.

    >>> place_of_remains(Path("commit/.onnx-f32-3.a1b2c3d4")).as_posix()
    'commit/onnx-f32-3'
    """
    found = _REMAINS.fullmatch(folder.name)
    return folder.with_name(found["place"]) if found else None


def put(folder: Path, place: Path) -> None:
    """Let a complete folder, made `beside` a place, take it; what was there goes with the rest."""
    if place.exists():
        place.rename(folder.with_name("replaced"))
    folder.rename(place)


def remove(place: Path) -> None:
    """Remove the export of a place. The caller has its lock."""
    with beside(place) as work:
        place.rename(work / "removed")


def remove_remains(folder: Path) -> None:
    """Remove what a killed process left. The caller has the lock of its place."""
    shutil.rmtree(folder)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
