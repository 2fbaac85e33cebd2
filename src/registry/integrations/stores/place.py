"""Where a store keeps a fingerprint: the interface of each kind of store."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

from registry.errors import InputError
from registry.fingerprints.fingerprint_text import STORED_AS

KEY = STORED_AS


class Place(ABC):
    """The place of one fingerprint in a store of another library's class.

    shared: whether a store may have one fingerprint for all its vectors, without their names.
    """

    shared: ClassVar[bool] = False

    # Any: a library that is not imported here, so that its types have no names.
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
        """Its name in messages."""
        what = self.collection or self.path
        kind = type(self.store).__name__
        return f"{kind} {str(what)!r}" if what else f"this {kind}"

    @property
    def key(self) -> str:
        """A named vector has another key than the whole store."""
        return KEY if self.vector is None else f"{KEY}.{self.vector}"

    @abstractmethod
    def read(self) -> str | None:
        """The stored text, or None."""

    def found(self) -> str | None:
        """The fingerprint of the vector or, if it has none of its own, of the whole store."""
        own = self.read()
        if own is not None or self.vector is None or not self.shared:
            return own
        whole = copy(self)
        whole.vector = None
        return whole.read()

    @abstractmethod
    def write(self, text: str) -> None:
        """Store a text in place of any before it, and change nothing else."""

    def width(self) -> int | None:
        """The width of a vector according to the store; None if it does not say."""
        return None

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """The stored vectors of some rows, by what names them: a key of the column, or an id.

        Missing rows are left out. Raises InputError if vectors cannot be read.
        """
        raise InputError(f"the vectors of a {type(self.store).__name__} cannot be read here")

    def needed(self, argument: str) -> str:
        """An argument that this store requires. Raises InputError."""
        value = getattr(self, argument)
        if not value:
            raise InputError(f"a {type(self.store).__name__} needs {argument}=")
        return str(value)
