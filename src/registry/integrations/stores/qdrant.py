"""Qdrant: the metadata of the collection, which an update merges. Servers before 1.16 have none."""

from __future__ import annotations

from typing import Any

from registry.integrations.stores.place import Place


class QdrantPlace(Place):
    """A collection, by a client."""

    def read(self) -> str | None:
        """The key of the metadata."""
        config = self.store.get_collection(self.needed("collection")).config
        found: dict[str, Any] = getattr(config, "metadata", None) or {}
        value = found.get(self.key)
        return None if value is None else str(value)

    def write(self, text: str) -> None:
        """Add the key to the metadata."""
        self.store.update_collection(self.needed("collection"), metadata={self.key: text})
