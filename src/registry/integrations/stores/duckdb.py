"""DuckDB: a line of the comment on the column; what else the comment says stays."""

from __future__ import annotations

from registry.errors import InputError
from registry.integrations.stores._comments import stamped, stored
from registry.integrations.stores.place import Place


class DuckDbPlace(Place):
    """A column of a table, by a connection."""

    def read(self) -> str | None:
        """The line of the comment."""
        return stored(self._comment()[3])

    def write(self, text: str) -> None:
        """Set the comment."""
        database, schema, table, comment = self._comment()
        column = self.needed("vector")
        where = ".".join(_quoted(each) for each in (database, schema, table, column))
        value = stamped(comment, text).replace("'", "''")
        self.store.execute(f"COMMENT ON COLUMN {where} IS '{value}'").fetchall()

    def _comment(self) -> tuple[str, str, str, str | None]:
        table, column = self.needed("collection"), self.needed("vector")
        rows = self.store.execute(
            "SELECT database_name, schema_name, table_name, comment FROM duckdb_columns() "
            "WHERE column_name = $2 AND $1 IN (table_name, schema_name || '.' || table_name, "
            "database_name || '.' || schema_name || '.' || table_name)",
            [table, column],
        ).fetchall()
        if len(rows) != 1:
            many = "is in several schemas" if rows else "is not there"
            raise InputError(f"column {column!r} of table {table!r} {many}")
        database, schema, name, comment = rows[0]
        return str(database), str(schema), str(name), comment


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
