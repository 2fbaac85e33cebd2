"""Observers of file transfers."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Gets progress of transfers, from several threads at the same time."""

    def begin(self, name: str, size: int | None) -> None:
        """A transfer of `size` bytes begins, or starts over."""
        ...

    def advance(self, name: str, count: int) -> None:
        """`count` more bytes are here.

        Raising an exception ends the transfer.
        """
        ...

    def end(self, name: str) -> None:
        """The transfer is over, successful or not."""
        ...
