"""The folders from one upwards, as far as one may look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def upwards(name: str, start: Path | None = None) -> Iterator[Path]:
    """The files of a name, in a folder (else the current one) and those above, nearest first.

    A folder that may not be looked into has none; neither has a current folder that is gone.
    """
    try:
        folder = (start or Path.cwd()).absolute()
    except FileNotFoundError:
        return
    for each in (folder, *folder.parents):
        try:
            if (each / name).is_file():
                yield each / name
        except OSError:
            continue
