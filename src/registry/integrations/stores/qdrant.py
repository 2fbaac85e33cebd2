"""Qdrant: the metadata of the collection, which an update merges. Servers before 1.16 have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from registry.errors import InputError
from registry.integrations.stores.place import Place
from registry_base.json_shapes import is_object


class QdrantPlace(Place):
    """A collection, by a client."""

    shared = True

    def read(self) -> str | None:
        """The key of the metadata."""
        config = self.store.get_collection(self.needed("collection")).config
        found: dict[str, Any] = getattr(config, "metadata", None) or {}
        value = found.get(self.key)
        return None if value is None else str(value)

    def write(self, text: str) -> None:
        """Add the key to the metadata."""
        self.store.update_collection(self.needed("collection"), metadata={self.key: text})

    def width(self) -> int | None:
        """The width of the vector in question; a sparse one has none."""
        every = self.store.get_collection(self.needed("collection")).config.params
        if self.vector in (every.sparse_vectors or {}):
            return None
        params = every.vectors
        found: Any = self._of(params) if self.vector or not is_object(params) else None
        return None if found is None else int(found.size)

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By id."""
        points = self.store.retrieve(self.needed("collection"), ids=list(keys), with_vectors=True)
        return {point.id: self._of(point.vector) for point in points}

    def _of(self, vectors: Any) -> Any:
        """The vector in question: the one without a name, the one named, else the only one."""
        if not is_object(vectors):
            return vectors
        name = next(iter(vectors)) if self.vector is None and len(vectors) == 1 else self.vector
        if name not in vectors:
            raise InputError(f"which vector? Say vector=: {', '.join(vectors)}")
        return vectors[name]
