"""Milvus: a property of the collection; a description would be dropped silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry.errors import InputError
from registry.integrations.stores.place import Place


class MilvusPlace(Place):
    """A collection, by a client."""

    def read(self) -> str | None:
        """The property."""
        description = self.store.describe_collection(self.needed("collection"))
        found: dict[str, Any] = description.get("properties") or {}
        value = found.get(self.key)
        return None if value is None else str(value)

    def write(self, text: str) -> None:
        """Set the property."""
        self.store.alter_collection_properties(
            self.needed("collection"), properties={self.key: text}
        )

    def width(self) -> int | None:
        """Of the field of vectors."""
        field = self._field()
        return None if field is None else int(field["params"]["dim"])

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the primary key."""
        field = self._field()
        if field is None:
            raise InputError("which field holds the vectors? Say vector=")
        description = self.store.describe_collection(self.needed("collection"))
        (key,) = (each["name"] for each in description["fields"] if each.get("is_primary"))
        self.store.load_collection(self.needed("collection"))  # a released one returns nothing
        found = self.store.get(
            self.needed("collection"), ids=list(keys), output_fields=[key, field["name"]]
        )
        return {row[key]: row[field["name"]] for row in found}

    def _field(self) -> dict[str, Any] | None:
        """The field of vectors: the one named, else the only one."""
        description = self.store.describe_collection(self.needed("collection"))
        found = [
            each
            for each in description["fields"]
            if "dim" in (each.get("params") or {}) and self.vector in (None, each["name"])
        ]
        return found[0] if len(found) == 1 else None
