"""LanceDB: a table in a folder, rebuilt batch by batch under another name.

While a run is under way, TABLE.reindex.lance and the job are next to TABLE.lance. At the end the
old table is TABLE.before-reindex, with all its versions and indexes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

import lancedb

from registry.errors import InputError, StoreError
from registry.integrations.stores.lancedb import LanceDbPlace
from registry.reindexing._columns import text_column, vector_columns, vectors_of, with_vectors
from registry.reindexing._job import Job, Origin, read_job, still_true, switching, write_job
from registry.reindexing._store import Store
from registry.reindexing._vectors import Kind, Rows, Vectors
from registry.reindexing.planning import Plan
from registry.reindexing.where import Where


class LanceStore(Store):
    """A table, by the folder of its database. kind: of the vectors; None if not needed."""

    def __init__(self, folder: Path, where: Where, kind: Kind | None) -> None:
        there = sorted(_tables({path.stem for path in folder.glob("*.lance")}))
        table = where.collection
        if table is None:
            if len(there) != 1:
                raise InputError(f"which table? Say --collection: {', '.join(there)}")
            (table,) = there
        self.name = str(folder / table)
        self._folder, self._table, self._text = folder, table, where.text
        self._job_file = folder / f".{table}.reindex.json"
        self._finish_switch()
        # Any: only partly typed.
        self._database: Any = lancedb.connect(folder)
        if not self._at(table).is_dir():
            raise InputError(
                f"{folder} has no table {table!r}; it has {', '.join(there) or 'none'}"
            )
        self._source: Any = self._database.open_table(table)
        self.stored = None
        if kind is not None:
            self._columns = vector_columns(self._source.schema, where.vector, kind)
            texts = [place.read() for place in self._places(self._source)]
            self.stored = next((text for text in texts if text is not None), None)

    def total(self) -> int:
        """Rows of the table."""
        return int(self._source.count_rows())

    def check(self, plan: Plan) -> None:
        """Nothing that an earlier one put aside is there, and the texts are if it needs them."""
        if self._at(self._aside).exists():
            raise StoreError(f"{self._aside} is of an earlier reindex; remove it with --remove-old")
        if plan.step == "embed":
            text_column(self._source.schema, self._text)

    def begin(self, plan: Plan, rows: int, origin: Origin) -> int:
        """Open the new table, as far as it is written."""
        now = Job(
            stored=self.stored,
            wanted=plan.wanted,
            rows=rows,
            source=str(self._source.version),
            vector=self._columns.names,
            text=self._text if plan.step == "embed" else None,
            origin=origin,
        )
        before = read_job(self._job_file)
        begun = self._at(self._beside).exists()
        self._job = before.taken_up(now, self.name) if before is not None and begun else now
        if before is None and begun:
            shutil.rmtree(self._at(self._beside))  # without a job
        write_job(self._job_file, self._job)
        self._new: Any = None
        if self._at(self._beside).exists():
            self._new = self._database.open_table(self._beside)
        return 0 if self._new is None else int(self._new.count_rows())

    def pending(self, *, texts: bool, vectors: bool) -> Iterator[Rows]:
        """Batches of the version that the run began with, in its order."""
        first, total = 0 if self._new is None else int(self._new.count_rows()), self.total()
        while first < total:
            table = self._source.search().offset(first).limit(self._job.rows).to_arrow()
            yield Rows(
                table[self._text].to_pylist() if texts else None,
                vectors_of(table, self._columns) if vectors else None,
                table.num_rows,
                first,
                table,
            )
            first += table.num_rows

    def restamp(self, text: str) -> bool:
        """In the metadata of the column."""
        for place in self._places(self._source):
            place.write(text)
        return True

    def write(self, rows: Rows, made: Vectors | None) -> None:
        """One version of the table."""
        table = rows.held if made is None else with_vectors(rows.held, self._columns, made)
        if self._new is None:
            metadata = still_true(self._source.schema.metadata, self._job)
            self._new = self._database.create_table(
                self._beside, table.replace_schema_metadata(metadata)
            )
        else:
            self._new.add(table)

    def switch(self) -> str | None:
        """Rename the old table, and give the new one its name."""
        there = 0 if self._new is None else int(self._new.count_rows())
        if there != self.total() or self._new is None:
            raise StoreError(f"{self.total() - there} rows of {self.name} are missing")
        self._new.optimize()
        for place in self._places(self._new):
            place.write(self._job.wanted)
        if str(self._database.open_table(self._table).version) != self._job.source:
            raise StoreError(f"{self.name} has changed since its reindex began; start over")
        write_job(self._job_file, switching(self._job))
        self._finish_switch()
        return str(self._folder / self._aside)

    def _finish_switch(self) -> None:
        """Finish what a killed run left undone."""
        job = read_job(self._job_file)
        if job is None or not job.switching:
            return
        if self._at(self._beside).exists():
            if not self._at(self._aside).exists():
                self._at(self._table).rename(self._at(self._aside))
            self._at(self._beside).rename(self._at(self._table))
        self._job_file.unlink()

    def new_name(self) -> str:
        """The table next to it."""
        return str(self._folder / self._beside)

    def remove_old(self) -> str | None:
        """The table of the last switch."""
        if not self._at(self._aside).exists():
            return None
        self._database.drop_table(self._aside)
        return str(self._folder / self._aside)

    def _places(self, table: Any) -> list[LanceDbPlace]:
        return [LanceDbPlace(table, None, name, None) for name in self._columns.names]

    @property
    def _beside(self) -> str:
        return f"{self._table}.reindex"

    @property
    def _aside(self) -> str:
        return f"{self._table}.before-reindex"

    def _at(self, table: str) -> Path:
        return self._folder / f"{table}.lance"


def _tables(found: Set[str]) -> Iterator[str]:
    """The tables among those in a folder, with one that a killed switch has only set aside."""
    for name in found:
        table = name.removesuffix(".before-reindex")
        if table != name:
            if table not in found and f"{table}.reindex" in found:
                yield table
        elif not name.endswith(".reindex"):
            yield name
