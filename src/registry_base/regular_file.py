"""Reading files that people name: without waiting, and nothing endless.

A pipe waits for a writer, a device may never end, and a sparse file costs its maker nothing. None
of them is a catalogue.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

LARGEST = 256 << 20
"""The largest file that is read whole, in bytes."""

_PIECE = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def is_special(path: Path) -> bool:
    """Whether a path is a pipe, a device or a socket: existing, but neither a file nor a folder."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def open_regular(path: Path) -> io.BufferedReader:
    """Open a file to read it. Raises OSError, also for what is not a regular file."""
    descriptor = os.open(path, _FLAGS)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def read_regular(path: Path, largest: int = LARGEST) -> bytes:
    """What a file holds. Raises OSError, also for what is not a regular file, or is too large."""
    pieces: list[bytes] = []
    left = largest
    with open_regular(path) as file:
        while piece := file.read(_PIECE):  # which takes as much memory as it is asked to read
            left -= len(piece)
            if left < 0:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
            pieces.append(piece)
    return b"".join(pieces)
