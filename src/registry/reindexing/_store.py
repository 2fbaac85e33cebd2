"""What each kind of store answers to while it is reindexed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from registry.reindexing._vectors import Rows, Vectors
from registry.reindexing.planning import Plan


class Store(ABC):
    """A store, the new one that is made next to it, and the switch between the two.

    name: its name in messages. stored: its fingerprint, None if it was never stamped.
    """

    name: str
    stored: str | None

    @abstractmethod
    def total(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def begin(self, plan: Plan, rows: int) -> int:
        """Make the new store, or take up the one of a run that was killed; how many rows it has.

        rows: how many are written at once. Raises StoreError where the run there is another one's,
        or what it read has changed since.
        """

    def restamp(self, text: str) -> bool:
        """Put another fingerprint on vectors that stay; whether this store can."""
        return False

    @abstractmethod
    def pending(self, *, texts: bool, vectors: bool) -> Iterator[Rows]:
        """The rows that the new store has not got yet, some at a time."""

    @abstractmethod
    def write(self, rows: Rows, made: Vectors | None) -> None:
        """Add these rows, with new vectors or as they are, to the new store: all or none."""

    @abstractmethod
    def switch(self) -> str | None:
        """Stamp the new store and put it in the place of the old one; where the old one is now.

        None if nothing could replace it: the new one is complete under its own name.
        Raises StoreError if rows are missing.
        """

    @abstractmethod
    def new_name(self) -> str:
        """What the new store is called until then."""

    @abstractmethod
    def remove_old(self) -> str | None:
        """Remove what the last switch put aside; returns what it was, None if there is nothing."""

    def close(self) -> None:  # noqa: B027 - files need none
        """Let go of files and connections."""
