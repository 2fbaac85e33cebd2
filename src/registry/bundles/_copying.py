"""Copying bytes and hashing them: the SHA-256 on another thread, in bounded memory.

`copy` hashes exactly what it passes on. `copy_file` lets the kernel copy, and reads the file again
to hash it, so that neither waits for the other.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from registry.threads import start
from registry_base.regular_file import open_regular

PIECE = 1 << 20
_PIECES = 4  # in memory at a time
_SENT = 8 << 20  # bytes between two progress reports
_READ = 1 << 18  # bytes; data in a CPU's caches is hashed fastest


class Readable(Protocol):
    """A file that is read into existing memory."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """How many bytes came; 0 at the end."""
        ...


def copy(
    source: Readable,
    write: Callable[[memoryview], object] = lambda _: None,
    advance: Callable[[int], object] = lambda _: None,
) -> tuple[int, str]:
    """Copy a file to its end; returns the number of bytes and their SHA-256 in hexadecimal.

    `write` gets each piece, which is overwritten once it returns. Raises what it raises, and
    OSError.

    >>> import io
    >>> copy(io.BytesIO(b"abc"))[1][:12]
    'ba7816bf8f01'
    """
    digest = hashlib.sha256()
    first = memoryview(bytearray(PIECE))
    size = _fill(source, first)
    if size < PIECE:  # most files: too small for a thread
        digest.update(first[:size])
        write(first[:size])
        advance(size)
        return size, digest.hexdigest()
    free = SimpleQueue[memoryview]()
    for _ in range(_PIECES - 1):
        free.put(memoryview(bytearray(PIECE)))
    filled = SimpleQueue[tuple[memoryview, int] | None]()

    def hash_all() -> None:
        while (job := filled.get()) is not None:
            digest.update(job[0][: job[1]])
            free.put(job[0])

    hashing = start(hash_all)
    total, piece = 0, first
    try:
        while size:
            filled.put((piece, size))
            write(piece[:size])
            advance(size)
            total += size
            piece = free.get()
            size = _fill(source, piece)
    finally:
        filled.put(None)
    hashing.result()
    return total, digest.hexdigest()


def _fill(source: Readable, piece: memoryview) -> int:
    """Read until the piece is full or the file ends."""
    at = 0
    while at < len(piece) and (count := source.readinto(piece[at:])):
        at += count
    return at


class Sink(Protocol):
    """Where a file is copied to."""

    def write(self, data: memoryview | bytes, /) -> object:
        """Write all of it."""
        ...

    def take(self, descriptor: int, size: int, /) -> int:
        """Take up to `size` bytes from an open file; returns how many, 0 at its end."""
        ...


def copy_file(path: Path, sink: Sink, advance: Callable[[int], object]) -> tuple[int, str]:
    """Copy a file to its end; returns the number of bytes and their SHA-256. Raises OSError."""
    stopped = threading.Event()
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size < PIECE:  # most files: too small for a thread
            return copy(file, sink.write, advance)
        hashing = start(lambda: _hash(path, size, stopped))
        left = size
        try:
            while left and (count := sink.take(file.fileno(), min(left, _SENT))):
                left -= count
                advance(count)
        except BaseException:
            stopped.set()
            raise
    return size - left, hashing.result()


def _hash(path: Path, size: int, stopped: threading.Event) -> str:
    digest, piece = hashlib.sha256(), memoryview(bytearray(_READ))
    with open_regular(path) as file:
        while size and not stopped.is_set() and (count := file.readinto(piece[:size])):
            digest.update(piece[:count])
            size -= count
    return digest.hexdigest()


def send(out: int, source: int, size: int) -> int:
    """Let the system copy from one open file to another; returns how many bytes, 0 at the end."""
    if sys.platform == "linux":
        try:
            return os.sendfile(out, source, None, size)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
                raise
    piece = memoryview(os.read(source, min(size, PIECE)))
    write_all(out, piece)
    return len(piece)


def write_all(out: int, data: memoryview | bytes) -> None:
    """Write all data to an open file."""
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]
