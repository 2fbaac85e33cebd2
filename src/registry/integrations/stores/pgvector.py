"""PostgreSQL with pgvector: a line of the comment on the column, by a connection of psycopg."""

from __future__ import annotations

from registry.errors import InputError
from registry.integrations.stores._comments import stamped, stored
from registry.integrations.stores.place import Place

_COMMENT = (
    "SELECT col_description(attrelid, attnum) FROM pg_attribute "
    "WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped"
)
_STATEMENT = (
    "SELECT format('COMMENT ON COLUMN %%s.%%I IS %%L', to_regclass(%s), %s::text, %s::text)"
)


class PgvectorPlace(Place):
    """A column of a table; in the caller's transaction where one has begun, else in its own."""

    def read(self) -> str | None:
        """The line of the comment."""
        return stored(self._comment())

    def write(self, text: str) -> None:
        """Set the comment."""
        where = (self.needed("collection"), self.needed("vector"))
        value = stamped(self._comment(), text)
        with self.store.transaction():
            (statement,) = self.store.execute(_STATEMENT, (*where, value)).fetchone()
            self.store.execute(statement.encode())

    def _comment(self) -> str | None:
        table, column = self.needed("collection"), self.needed("vector")
        with self.store.transaction():
            row = self.store.execute(_COMMENT, (table, column)).fetchone()
        if row is None:
            raise InputError(f"column {column!r} of table {table!r} is not there")
        return None if row[0] is None else str(row[0])
