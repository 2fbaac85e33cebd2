"""The interface of every kind of store while it is reindexed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from registry.reindexing._job import Origin
from registry.reindexing._vectors import Rows, Vectors
from registry.reindexing.planning import Plan


class Store(ABC):
    """A store, the new one built next to it, and the switch between the two.

    name: its name in messages. stored: its fingerprint, None if it was never stamped.
    """

    name: str
    stored: str | None

    @abstractmethod
    def total(self) -> int:
        """How many rows there are."""

    @abstractmethod
    def check(self, plan: Plan) -> None:
        """Raise what would stop this plan, before a model is loaded for it."""

    @abstractmethod
    def begin(self, plan: Plan, rows: int, origin: Origin) -> int:
        """Create the new store, or take up one that a killed run left; returns its row count.

        rows: how many are written at once. origin: of the new vectors. Raises
        StoreError if the unfinished run is a different one, or its source has changed since.
        """

    def restamp(self, text: str) -> bool:
        """Put a new fingerprint on vectors that stay; returns whether this store can."""
        return False

    @abstractmethod
    def pending(self, *, texts: bool, vectors: bool) -> Iterator[Rows]:
        """The rows that the new store does not have yet, in batches."""

    @abstractmethod
    def write(self, rows: Rows, made: Vectors | None) -> None:
        """Add these rows, with new vectors or as they are, to the new store: all or none."""

    @abstractmethod
    def switch(self) -> str | None:
        """Stamp the new store and put it in place of the old one; returns where the old one is now.

        None if nothing could be replaced: the new one is complete under its own name. Raises
        StoreError if rows are missing.
        """

    @abstractmethod
    def new_name(self) -> str:
        """What the new store is called until then."""

    @abstractmethod
    def remove_old(self) -> str | None:
        """Remove what the last switch set aside; returns what it was, None if there is nothing."""

    def close(self) -> None:  # noqa: B027 - files need none
        """Close files and connections."""
