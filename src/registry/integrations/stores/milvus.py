"""Milvus: a property of the collection; a description would be dropped without a word."""

from __future__ import annotations

from typing import Any

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
