"""Who watches files on their way."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Is told how transfers go on; by several threads, at the same time."""

    def begin(self, name: str, size: int | None) -> None:
        """A transfer of `size` bytes begins, or begins anew."""
        ...

    def advance(self, name: str, count: int) -> None:
        """`count` more bytes are here.

        What it raises ends the transfer.
        """
        ...

    def end(self, name: str) -> None:
        """It is over, well or not."""
        ...
