"""Where files are: in a folder and those above it, and how messages show it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path


def upwards(name: str, start: Path | None = None) -> Iterator[Path]:
    """The files with a name, in a folder (else the current one) and those above, nearest first.

    Anything else with that name comes too: reading it reports that, and skipping it would silently
    do without it. A folder that may not be read has none; neither does a current folder that is
    gone.
    """
    try:
        folder = (start or Path.cwd()).absolute()
    except FileNotFoundError:
        return
    for each in (folder, *folder.parents):
        try:
            (each / name).stat()
        except OSError as error:
            if error.errno != errno.ELOOP:
                continue
        yield each / name


def real(path: Path) -> Path:
    """Where a path leads through links, even if they form a loop.

    `Path.resolve` raises RuntimeError there.
    """
    return Path(os.path.realpath(path))


def shown(path: Path) -> str:
    """A path for messages: relative if it is in the current folder, else as it is.

    >>> shown(Path.cwd() / "src" / "models.json"), shown(Path("/elsewhere"))
    ('src/models.json', '/elsewhere')
    """
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, FileNotFoundError):  # the current folder may have been removed
        return str(path)
