"""Parquet: the metadata in the footer of a file, written by a ParquetWriter."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from registry.errors import InputError
from registry.integrations.stores.place import Place

# writer -> key -> text
_WRITTEN: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


class ParquetFilePlace(Place):
    """A file that is written already: it can be checked."""

    def read(self) -> str | None:
        """The key of the footer."""
        found: dict[bytes, bytes] = self.store.metadata.metadata or {}
        value = found.get(self.key.encode())
        return None if value is None else value.decode()

    def write(self, text: str) -> None:
        """Nothing: a footer is written once. Raises InputError."""
        raise InputError("a finished Parquet file cannot be stamped; stamp its ParquetWriter")


class ParquetWriterPlace(Place):
    """A file that is being written; it is stamped when it is closed."""

    def read(self) -> str | None:
        """What was stamped here; a writer does not say what it holds."""
        return _WRITTEN.get(self.store, {}).get(self.key)

    def write(self, text: str) -> None:
        """Add the key to the footer."""
        self.store.add_key_value_metadata({self.key: text})
        _WRITTEN.setdefault(self.store, {})[self.key] = text
