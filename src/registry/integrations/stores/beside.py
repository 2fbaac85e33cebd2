"""FAISS and usearch: a file next to the index, because their files have no room for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from registry.integrations.stores.place import Place
from registry_base.atomic_write import write_atomically


class BesidePlace(Place):
    """The file PATH.fingerprint, where PATH is the index's own file."""

    def read(self) -> str | None:
        """What the file says."""
        file = self._file
        return file.read_text("utf-8").strip() if file.is_file() else None

    def write(self, text: str) -> None:
        """Write the file, whole or not at all."""
        write_atomically(self._file, f"{text}\n")

    def width(self) -> int | None:
        """FAISS says d, usearch ndim."""
        found = getattr(self.store, "d", None) or getattr(self.store, "ndim", None)
        return None if found is None else int(found)

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the number of FAISS, the key of usearch."""
        if hasattr(self.store, "reconstruct"):
            inside = [key for key in keys if 0 <= key < self.store.ntotal]
            return {key: self.store.reconstruct(key) for key in inside}
        return {key: found for key in keys if (found := self.store.get(key)) is not None}

    @property
    def _file(self) -> Path:
        return Path(self.needed("path") + ".fingerprint")
