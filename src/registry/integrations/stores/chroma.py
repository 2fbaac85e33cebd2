"""Chroma: the metadata of the collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry.integrations.stores.place import Place


class ChromaPlace(Place):
    """A collection; not its configuration, because Chroma may open it with another one."""

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

    def width(self) -> int | None:
        """Of the first vector; an empty collection takes any."""
        found = self.store.get(limit=1, include=["embeddings"])["embeddings"]
        return len(found[0]) if len(found) else None

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By id."""
        found = self.store.get(ids=list(keys), include=["embeddings"])
        return dict(zip(found["ids"], found["embeddings"], strict=True))
