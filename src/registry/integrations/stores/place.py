"""Where a store keeps a fingerprint: what each kind of store answers to."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import Any

from registry.errors import InputError

KEY = "tessera-registry.fingerprint"


class Place(ABC):
    """The place of one fingerprint in a store; the store is of somebody else's class."""

    # Any: a library that is not imported here, and whose types nobody can name.
    def __init__(
        self,
        store: Any,
        collection: str | None,
        vector: str | None,
        path: str | os.PathLike[str] | None,
    ) -> None:
        self.store = store
        self.collection = collection
        self.vector = vector
        self.path = path

    @property
    def name(self) -> str:
        """What messages call it."""
        what = self.collection or self.path
        kind = type(self.store).__name__
        return f"{kind} {str(what)!r}" if what else f"this {kind}"

    @property
    def key(self) -> str:
        """Of a named vector another one than of the whole store."""
        return KEY if self.vector is None else f"{KEY}.{self.vector}"

    @abstractmethod
    def read(self) -> str | None:
        """The stored text; None where there is none."""

    @abstractmethod
    def write(self, text: str) -> None:
        """Store a text in place of any before it, and change nothing else."""

    def needed(self, argument: str) -> str:
        """An argument that this store cannot do without. Raises InputError."""
        value = getattr(self, argument)
        if not value:
            raise InputError(f"a {type(self.store).__name__} needs {argument}=")
        return str(value)
