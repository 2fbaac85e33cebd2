"""One stream of bytes in one file, or in several consecutive ones."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from registry.bundles._copying import send, write_all
from registry_base.regular_file import open_regular

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def volume_name(name: str, number: int) -> str:
    """The name of a volume of a bundle.

    >>> volume_name("models.tar", 1)
    'models.tar.001'
    """
    return f"{name}.{number:03}"


class Volumes:
    """Files that are read as one, each open once. Raises OSError."""

    def __init__(self, paths: Sequence[Path]) -> None:
        with ExitStack() as opened:
            self._files = [opened.enter_context(open_regular(path)) for path in paths]
            self._close = opened.pop_all()
        sizes = [file.seek(0, io.SEEK_END) for file in self._files]
        self._starts = [0, *accumulate(sizes)]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return self._starts[-1]

    def close(self) -> None:
        """Close them."""
        self._close.close()

    def read_into(self, at: int, view: memoryview) -> int:
        """Fill (part of) a buffer from an offset on; returns how much, 0 at the end."""
        if at >= self.size:
            return 0
        number = bisect_right(self._starts, at) - 1
        file = self._files[number]
        file.seek(at - self._starts[number])
        return file.readinto(view[: self._starts[number + 1] - at])

    def part(self, start: int, size: int) -> io.BufferedReader:
        """A part of the stream as a file of its own; it ends early if the stream does."""
        return io.BufferedReader(_Part(self, start, min(size, max(0, self.size - start))), 1 << 16)

    def read(self, start: int, size: int) -> bytes:
        """A part of the stream at once."""
        return self.part(start, size).read(size)


class _Part(io.RawIOBase):
    """Bytes `start` to `start + size` of a stream."""

    def __init__(self, volumes: Volumes, start: int, size: int) -> None:
        self._volumes = volumes
        self._start, self._size, self._at = start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")[: self._size - self._at]
        count = self._volumes.read_into(self._start + self._at, view) if view else 0
        self._at += count
        return count

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = min(max(0, origin + offset), self._size)
        return self._at


class VolumeWriter:
    """Writes a stream into files of `limit` bytes, or into one, from an offset on.

    place: the path of a volume by its number, from 1.
    """

    def __init__(self, place: Callable[[int], Path], limit: int | None, at: int) -> None:
        self._place = place
        self._limit = limit
        self._number = 1 if limit is None else at // limit + 1
        self._file = self._open(at - (self._number - 1) * (limit or 0))

    @property
    def paths(self) -> list[Path]:
        """The files so far."""
        return [self._place(number) for number in range(1, self._number + 1)]

    def write(self, data: memoryview | bytes) -> None:
        """Write all of it. Raises OSError."""
        view = memoryview(data)
        while view:
            room = self._room(len(view))
            write_all(self._file.fileno(), view[:room])
            view = view[room:]

    def take(self, descriptor: int, size: int) -> int:
        """Copy up to `size` bytes from an open file; returns how many. Raises OSError."""
        room = self._room(size)  # which may be in the next file
        return send(self._file.fileno(), descriptor, room)

    def _room(self, wanted: int) -> int:
        """How many bytes fit into the current file, which is not full."""
        if self._limit is None:
            return wanted
        if self._file.tell() == self._limit:
            self._file.close()
            self._number += 1
            self._file = self._open(0)
        return min(wanted, self._limit - self._file.tell())

    def close(self) -> None:
        """Close the last file."""
        self._file.close()

    def _open(self, at: int) -> io.FileIO:
        path = self._place(self._number)
        path.touch()
        file = path.open("r+b", buffering=0)
        if file.seek(0, io.SEEK_END) != at:  # a truncated file, ext4 flushes as it is closed
            file.truncate(at)
        file.seek(at)
        return file
