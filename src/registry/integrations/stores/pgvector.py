"""PostgreSQL with pgvector: a line of the comment on the column, by a connection of psycopg."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from registry.errors import InputError
from registry.integrations.stores._comments import stamped, stored
from registry.integrations.stores.place import Place

_COMMENT = (
    "SELECT col_description(attrelid, attnum) FROM pg_attribute "
    "WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped"
)
_TYPE = (
    "SELECT format_type(atttypid, atttypmod) FROM pg_attribute "
    "WHERE attrelid = to_regclass(%s) AND attname = %s"
)
_VECTORS = (
    "SELECT format('SELECT %%I, %%I::text FROM %%s WHERE %%I = ANY($1)', "
    "%s::text, %s::text, to_regclass(%s), %s::text)"
)
_STATEMENT = (
    "SELECT format('COMMENT ON COLUMN %%s.%%I IS %%L', to_regclass(%s), %s::text, %s::text)"
)


class PgvectorPlace(Place):
    """A column of a table; in the caller's transaction if there is one, else in its own."""

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

    def width(self) -> int | None:
        """Of the type, such as vector(384)."""
        with self.store.transaction():
            row = self.store.execute(
                _TYPE, (self.needed("collection"), self.needed("vector"))
            ).fetchone()
        found = None if row is None else re.search(r"\((\d+)\)", row[0])
        return None if found is None else int(found[1])

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the column of keys, `id` without one."""
        key, table = column or "id", self.needed("collection")
        with self.store.transaction():
            names = (key, self.needed("vector"), table, key)
            (statement,) = self.store.execute(_VECTORS, names).fetchone()
            query = statement.replace("%", "%%").replace("$1", "%s")
            rows = self.store.execute(query.encode(), (list(keys),)).fetchall()
        return {found: json.loads(text) for found, text in rows}

    def _comment(self) -> str | None:
        table, column = self.needed("collection"), self.needed("vector")
        with self.store.transaction():
            row = self.store.execute(_COMMENT, (table, column)).fetchone()
        if row is None:
            raise InputError(f"column {column!r} of table {table!r} is not there")
        return None if row[0] is None else str(row[0])
