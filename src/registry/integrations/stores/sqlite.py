"""SQLite, and so sqlite-vec: a table of fingerprints next to the others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from registry.errors import InputError
from registry.integrations.stores.place import Place

_DECLARED = re.compile(r"(\w+)\s+(?:float|int8|bit)\[(\d+)\]", re.IGNORECASE)
_TABLE = "tessera_registry_fingerprints"


class SqlitePlace(Place):
    """A table; in the caller's transaction if there is one, else committed at once."""

    def read(self) -> str | None:
        """The row of the table."""
        self._verify()
        if not self._exists(_TABLE):
            return None
        row = self.store.execute(
            f"SELECT fingerprint FROM {_TABLE} WHERE place = ?",  # noqa: S608 - our own name
            (self._place,),
        ).fetchone()
        return None if row is None else str(row[0])

    def write(self, text: str) -> None:
        """Add or replace the row."""
        self._verify()
        begun = self.store.in_transaction
        self.store.execute(
            f"CREATE TABLE IF NOT EXISTS {_TABLE} (place TEXT PRIMARY KEY, fingerprint TEXT)"
        )
        self.store.execute(
            f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?)",  # noqa: S608 - our own name
            (self._place, text),
        )
        if not begun:
            self.store.commit()

    def width(self) -> int | None:
        """Of the declaration of a table of sqlite-vec."""
        row = self.store.execute(
            "SELECT sql FROM sqlite_master WHERE name = ?", (self.needed("collection"),)
        ).fetchone()
        found = _DECLARED.findall(row[0] or "") if row else []
        sizes = [int(size) for name, size in found if self.vector in (None, name)]
        return sizes[0] if len(sizes) == 1 else None

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the column of keys, `rowid` without one; needs the extension of sqlite-vec."""
        key, vector, table = (
            _quoted(each)
            for each in (column or "rowid", self.needed("vector"), self.needed("collection"))
        )
        marks = ", ".join("?" for _ in keys)
        query = f"SELECT {key}, vec_to_json({vector}) FROM {table} WHERE {key} IN ({marks})"  # noqa: S608 - quoted
        return {found: json.loads(text) for found, text in self.store.execute(query, list(keys))}

    @property
    def _place(self) -> str:
        table = self.needed("collection")
        return table if self.vector is None else f"{table}.{self.vector}"

    def _verify(self) -> None:
        table = self.needed("collection")
        if not self._exists(table):
            raise InputError(f"table {table!r} is not there")

    def _exists(self, table: str) -> bool:
        found = self.store.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,))
        return found.fetchone() is not None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
