"""One file on its way: who watches is told, and its SHA-256 is computed while it comes."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_PIECE = 1 << 20


class Watcher(Protocol):
    """Is told how transfers go on; by several threads, at the same time."""

    def begin(self, name: str, size: int | None) -> None:
        """A transfer of `size` bytes begins, or begins anew."""
        ...

    def advance(self, name: str, count: int) -> None:
        """`count` more bytes are here; fewer than before if it is negative.

        What it raises ends the transfer.
        """
        ...

    def end(self, name: str) -> None:
        """It is over, well or not."""
        ...


class Transfer:
    """What huggingface_hub takes for a class of progress bars: it makes itself, and tells.

    growing: where the file is being written just now, if that can be told.
    """

    def __init__(
        self, watcher: Watcher, name: str, growing: Callable[[], Path | None] = lambda: None
    ) -> None:
        self._watcher = watcher
        self._name = name
        self._growing = growing
        self._follower: _Follower | None = None

    def sha256(self, path: Path) -> str | None:
        """Of the file that has come and lies at `path`; None if it must be read to know."""
        follower, self._follower = self._follower, None
        return None if follower is None else follower.finish(path)

    def end(self) -> None:
        """Nothing more comes."""
        self._unfollow()
        self._watcher.end(self._name)

    def __call__(
        self, *, total: int | None = None, position: int | None = None, **_: object
    ) -> Transfer:
        """A download begins, or begins anew."""
        self._unfollow()
        self._watcher.begin(self._name, total)
        if position is not None:  # Xet, which need not write from the beginning to the end
            return self
        with suppress(OSError):
            path = self._growing()
            self._follower = None if path is None else _Follower(path)
        return self

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, *error: object) -> None:
        """The file may be taken up again: `end` says when it is over."""

    def update(self, count: float | None = 1) -> None:
        """Bytes that are being written; the library takes back what it has to fetch again."""
        if count is not None and count < 0:
            self._unfollow()
        elif self._follower is not None:
            self._follower.more()
        self._watcher.advance(self._name, int(count or 0))

    def update_transfer(self, count: float | None = 1) -> None:
        """Bytes that came through the network; without this method they would count twice."""

    def set_postfix_str(self, postfix: str, refresh: bool = False) -> None:
        """The library's own rate."""

    set_transfer_postfix_str = set_postfix_str

    def close(self) -> None:
        """As `__exit__`."""

    def _unfollow(self) -> None:
        if self._follower is not None:
            self._follower.stop()
            self._follower = None


class _Follower:
    """Reads a file while somebody writes it, from the beginning to the end, in its own thread."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self._digest = hashlib.sha256()
        self._more = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def more(self) -> None:
        """There is more to read."""
        self._more.set()

    def finish(self, path: Path) -> str | None:
        """The SHA-256; None if what lies at `path` is not the file that was read."""
        try:
            self._end()
            same = os.path.samestat(os.fstat(self._file.fileno()), path.stat())
            return self._digest.hexdigest() if same else None
        finally:
            self._file.close()

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._end()
        self._file.close()

    def _end(self) -> None:
        self._over = True
        self._more.set()
        self._thread.join()

    def _read(self) -> None:
        piece = memoryview(bytearray(_PIECE))
        over = False
        while not over:
            over = self._over  # before the last reading: nothing is written after it
            with suppress(OSError):  # then the digest is another one
                while count := self._file.readinto(piece):
                    self._digest.update(piece[:count])
            if not over:
                self._more.wait()
                self._more.clear()
