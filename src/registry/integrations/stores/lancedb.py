"""LanceDB: the metadata of the column of vectors, in the schema."""

from __future__ import annotations

from registry.errors import InputError
from registry.integrations.stores.place import KEY, Place


class LanceDbPlace(Place):
    """A column of a table."""

    def read(self) -> str | None:
        """The key of the column's metadata."""
        value = self._metadata().get(KEY.encode())
        return None if value is None else value.decode()

    def write(self, text: str) -> None:
        """Add the key to the column's metadata."""
        kept = {key.decode(): value.decode() for key, value in self._metadata().items()}
        update = {"path": self.needed("vector"), "metadata": {**kept, KEY: text}}
        self.store.update_field_metadata(update)

    def _metadata(self) -> dict[bytes, bytes]:
        column = self.needed("vector")
        schema = self.store.schema
        if column not in schema.names:
            raise InputError(f"this table has no column {column!r}; it has {schema.names}")
        found: dict[bytes, bytes] = schema.field(column).metadata or {}
        return found
