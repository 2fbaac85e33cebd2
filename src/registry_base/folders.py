"""Where files are: in the folders from one upwards, and as messages say it."""

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


def shown(path: Path) -> str:
    """A path for messages: from the current folder if it lies in there, else as it is.

    >>> shown(Path.cwd() / "src" / "models.json"), shown(Path("/elsewhere"))
    ('src/models.json', '/elsewhere')
    """
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, FileNotFoundError):  # the current folder may have been removed
        return str(path)
