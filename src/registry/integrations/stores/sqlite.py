"""SQLite, so sqlite-vec: a table of fingerprints beside the others."""

from __future__ import annotations

from registry.errors import InputError
from registry.integrations.stores.place import Place

_TABLE = "tessera_registry_fingerprints"


class SqlitePlace(Place):
    """A table; in the caller's transaction where one has begun, else committed at once."""

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
