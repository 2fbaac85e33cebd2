"""FAISS and usearch: a file beside the index, for their files have no room for it."""

from __future__ import annotations

from pathlib import Path

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

    @property
    def _file(self) -> Path:
        return Path(self.needed("path") + ".fingerprint")
