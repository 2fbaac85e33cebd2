"""LanceDB: the metadata of the column of vectors, in the schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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

    def width(self) -> int | None:
        """From the type, if that has a fixed size."""
        return list_size(self._field().type)

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the column of keys, `id` without one."""
        key, vector = column or "id", self.needed("vector")
        listed = ", ".join(_literal(each) for each in keys)
        found = self.store.search().where(f"`{key}` IN ({listed})").select([key, vector]).to_list()
        return {row[key]: row[vector] for row in found}

    def _metadata(self) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = self._field().metadata or {}
        return found

    def _field(self) -> Any:  # of pyarrow
        column = self.needed("vector")
        schema = self.store.schema
        if column not in schema.names:
            raise InputError(f"this table has no column {column!r}; it has {schema.names}")
        return schema.field(column)


def list_size(kind: Any) -> int | None:  # of pyarrow
    """The size of a list of Arrow, or of the lists in it, that has one; None for any other type."""
    while kind is not None and not hasattr(kind, "list_size"):
        kind = getattr(kind, "value_type", None)
    return None if kind is None else int(kind.list_size)


def _literal(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)
