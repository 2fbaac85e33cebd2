"""DuckDB: a line of the comment on the column; the rest of the comment stays."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from registry.errors import InputError
from registry.integrations.stores._comments import stamped, stored
from registry.integrations.stores.place import Place


class DuckDbPlace(Place):
    """A column of a table, by a connection."""

    def read(self) -> str | None:
        """The line of the comment."""
        return stored(self._column()[3])

    def write(self, text: str) -> None:
        """Set the comment."""
        where, comment = self._table(self.needed("vector")), self._column()[3]
        value = stamped(comment, text).replace("'", "''")
        self.store.execute(f"COMMENT ON COLUMN {where} IS '{value}'").fetchall()

    def width(self) -> int | None:
        """From the type, if that is an array."""
        found = re.search(r"\[(\d+)\]$", self._column()[4])
        return None if found is None else int(found[1])

    def vectors(self, keys: Sequence[Any], column: str | None) -> Mapping[Any, Sequence[float]]:
        """By the column of keys, `id` without one."""
        vector, table = _quoted(self.needed("vector")), self._table()
        key, marks = _quoted(column or "id"), ", ".join("?" for _ in keys)
        query = f"SELECT {key}, {vector} FROM {table} WHERE {key} IN ({marks})"  # noqa: S608 - quoted
        return dict(self.store.execute(query, list(keys)).fetchall())

    def _table(self, *column: str) -> str:
        database, schema, table, *_ = self._column()
        return ".".join(_quoted(each) for each in (database, schema, table, *column))

    def _column(self) -> tuple[str, str, str, str | None, str]:
        table, column = self.needed("collection"), self.needed("vector")
        rows = self.store.execute(
            "SELECT database_name, schema_name, table_name, comment, data_type "
            "FROM duckdb_columns() "
            "WHERE column_name = $2 AND $1 IN (table_name, schema_name || '.' || table_name, "
            "database_name || '.' || schema_name || '.' || table_name)",
            [table, column],
        ).fetchall()
        if len(rows) != 1:
            many = "is in several schemas" if rows else "is not there"
            raise InputError(f"column {column!r} of table {table!r} {many}")
        database, schema, name, comment, kind = rows[0]
        return str(database), str(schema), str(name), comment, str(kind)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
