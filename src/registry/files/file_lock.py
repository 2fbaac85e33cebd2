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
    """Keep other processes that ask the same out, for as long as the block takes.

    The lock is a file beside the one it guards, `.name.lock`, which is gone afterwards; the
    lock of a process that was killed holds nobody up.

    Raises OSError where the folder is not there or cannot be written, TimeoutError (an OSError)
    where somebody holds the lock for longer than `patience` seconds, MissingExtraError without
    filelock.
    """
    try:
        from filelock import FileLock, Timeout
    except ModuleNotFoundError:
        raise MissingExtraError("filelock", "hub") from None

    target = Path(os.path.realpath(path))  # whatever links lead to it
    if not target.parent.is_dir():  # which filelock would make
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target.parent))
    beside = target.with_name(f".{target.name}.lock")
    lock = FileLock(beside, timeout=patience)
    try:
        lock.acquire()
    except Timeout:
        message = f"another process has been writing it for {patience:g} seconds; is one stuck?"
        raise TimeoutError(errno.ETIMEDOUT, message, str(path)) from None
    except OSError as error:  # of a disk that is read-only: its file is none that anybody knows
        error.filename, error.filename2 = str(path), None
        raise
    try:
        yield
    finally:
        # While it is held: filelock asks whoever waited for it to start over with a new file.
        with suppress(OSError):
            beside.unlink()
        lock.release()
