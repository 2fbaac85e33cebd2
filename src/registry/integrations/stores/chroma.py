"""Chroma: the metadata of the collection."""

from __future__ import annotations

from typing import Any

from registry.integrations.stores.place import Place


class ChromaPlace(Place):
    """A collection; its configuration is no place, for Chroma opens it with another one."""

    def read(self) -> str | None:
        """The key of the metadata."""
        found: dict[str, Any] = self.store.metadata or {}
        value = found.get(self.key)
        return None if value is None else str(value)

    def write(self, text: str) -> None:
        """Add the key; Chroma takes the metadata as a whole."""
        there: dict[str, Any] = self.store.metadata or {}
        # Chroma refuses its own settings here; they stay in the configuration, which counts.
        kept = {key: value for key, value in there.items() if not key.startswith("hnsw:")}
        self.store.modify(metadata={**kept, self.key: text})
