"""Chroma: the metadata of the collection."""

from __future__ import annotations

from registry.integrations.stores.place import Place


class ChromaPlace(Place):
    """A collection. Its configuration is no place: Chroma opens it with another one all the same."""

    def read(self) -> str | None:
        """The key of the metadata."""
        value = (self.store.metadata or {}).get(self.key)
        return None if value is None else str(value)

    def write(self, text: str) -> None:
        """Add the key; Chroma takes the metadata as a whole."""
        kept = self.store.metadata or {}
        # Chroma refuses its own settings here; they stay in the configuration, which counts.
        kept = {key: value for key, value in kept.items() if not key.startswith("hnsw:")}
        self.store.modify(metadata={**kept, self.key: text})
