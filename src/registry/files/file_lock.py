"""One writer at a time: read, change and write a file without losing what another process wrote."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from registry.errors import MissingExtraError

_PATIENCE = 60.0  # seconds


@contextmanager
def exclusive(path: Path, *, patience: float = _PATIENCE) -> Generator[None]:
    """Keep other processes that use this lock out for the duration of the block.

    The lock is a file next to the one it guards, `.name.lock`, which is removed afterwards; the
    lock of a killed process does not block others.

    Raises OSError if the folder is missing or cannot be written, TimeoutError (an OSError) if the
    lock is held by another for longer than `patience` seconds, MissingExtraError without filelock.
    """
    try:
        from filelock import FileLock, Timeout
    except ModuleNotFoundError:
        raise MissingExtraError("filelock", "hub") from None

    target = Path(os.path.realpath(path))  # resolving links
    if not target.parent.is_dir():  # filelock would create it
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    beside = _lock_of(target)
    lock = FileLock(beside, timeout=patience)
    try:
        lock.acquire()
    except Timeout:
        message = f"another process has been writing it for {patience:g} seconds; is one stuck?"
        raise TimeoutError(errno.ETIMEDOUT, message, str(path)) from None
    except OSError as error:  # on a read-only disk: name the file that the user knows
        error.filename, error.filename2 = str(path), None
        raise
    try:
        yield
    finally:
        # While it is held: filelock makes waiting processes start over with a new file.
        with suppress(OSError):
            beside.unlink()
        lock.release()


def is_held(path: Path) -> bool:
    """Whether a process holds this lock. Raises OSError or NotImplementedError if that is unknown.

    Where it was never taken, no file is made.
    """
    if not _lock_of(Path(os.path.realpath(path))).exists():
        return False
    try:
        with exclusive(path, patience=0):
            return False
    except TimeoutError:
        return True


def _lock_of(target: Path) -> Path:
    return target.parent / f".{target.name}.lock"  # the root has no name to replace
