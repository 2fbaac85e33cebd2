"""Parquet: a file, or a folder of files, rebuilt part by part.

While a run is under way, PATH.reindex is next to PATH: the job, the parts of incomplete files, and
the complete files. At the end the old PATH becomes PATH.before-reindex.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from registry.errors import InputError, StoreError
from registry.integrations.stores.parquet import ParquetFilePlace, parquet_files
from registry.integrations.stores.place import KEY
from registry.libraries.pyarrow import streamed
from registry.reindexing._arrow import arrow, parquet
from registry.reindexing._columns import (
    stamped,
    text_column,
    vector_columns,
    vectors_of,
    with_vectors,
)
from registry.reindexing._job import Job, Origin, read_job, still_true, switching, write_job
from registry.reindexing._store import Store
from registry.reindexing._vectors import Kind, Rows, Vectors
from registry.reindexing.planning import Plan
from registry.reindexing.where import Where


class ParquetStore(Store):
    """A file or a folder. kind: of the vectors; None if they are not needed."""

    def __init__(self, path: Path, where: Where, kind: Kind | None) -> None:
        self.name = str(path)
        self._path, self._text = path, where.text
        self._beside = path.with_name(f"{path.name}.reindex")
        self._old = path.with_name(f"{path.name}.before-reindex")
        self._finish_switch()
        self._files = self._listed()
        if not self._files:
            raise InputError(f"{path} has no Parquet files")
        self._schema: Any = parquet.read_schema(self._files[0])
        self.stored = None
        if kind is not None:
            self._columns = vector_columns(self._schema, where.vector, kind)
            self._key, self.stored = self._fingerprint()

    def _fingerprint(self) -> tuple[str, str | None]:
        found: set[tuple[str, str | None]] = set()
        for file in self._files:
            with parquet.ParquetFile(file) as opened:
                places = [ParquetFilePlace(opened, None, vector, None)
                          for vector in (*self._columns.names, None)]  # fmt: skip
                stamps = [(place.key, place.read()) for place in places]
            found.add(next((stamp for stamp in stamps if stamp[1] is not None), (KEY, None)))
        if len(found) > 1:
            raise InputError(f"the files of {self.name} have different fingerprints")
        return found.pop()

    def _listed(self) -> list[Path]:
        files = parquet_files(self._path)
        return [file for file in files if not file.name.startswith((".", "_"))]

    def total(self) -> int:
        """Rows of all files."""
        return sum(_rows(file) for file in self._files)

    def check(self, plan: Plan) -> None:
        """Nothing that an earlier one put aside is there, and the texts are if it needs them."""
        if self._old.exists():
            raise StoreError(f"{self._old} is of an earlier reindex; remove it with --remove-old")
        if plan.step == "embed":
            text_column(self._schema, self._text)

    def begin(self, plan: Plan, rows: int, origin: Origin) -> int:
        """Create the folder next to it, or continue with it."""
        now = Job(
            stored=self.stored,
            wanted=plan.wanted,
            rows=rows,
            source=self._state(),
            vector=self._columns.names,
            text=self._text if plan.step == "embed" else None,
            origin=origin,
        )
        before = read_job(self._beside / "job.json")
        done = sum(
            sum(map(_rows, [new] if (new := self._new(file)).exists() else self._parts(file)))
            for file in self._files
        )
        self._job = before.taken_up(now, self.name) if before is not None and done else now
        self._beside.mkdir(exist_ok=True)
        write_job(self._beside / "job.json", self._job)
        return done

    def pending(self, *, texts: bool, vectors: bool) -> Iterator[Rows]:
        """Slices of files, each of which becomes a part."""
        for file in self._files:
            if self._new(file).exists():
                continue
            with streamed(file) as opened:
                batches = opened.iter_batches(batch_size=self._job.rows)
                for number, batch in enumerate(batches):
                    part = self._part(file, number)
                    if part.exists():
                        continue
                    table: Any = arrow.Table.from_batches([batch])
                    yield Rows(
                        table[self._text].to_pylist() if texts else None,
                        vectors_of(table, self._columns) if vectors else None,
                        table.num_rows,
                        number * self._job.rows,
                        (table, part),
                    )
            self._join(file)

    def write(self, rows: Rows, made: Vectors | None) -> None:
        """One part."""
        table, part = rows.held
        part.parent.mkdir(parents=True, exist_ok=True)
        _whole(part, table if made is None else with_vectors(table, self._columns, made))

    def switch(self) -> str | None:
        """Rename the old one, and give the new one its name."""
        if self._state() != self._job.source:
            raise StoreError(f"{self.name} has changed since its reindex began; start over")
        missing = self.total() - sum(_rows(self._new(file)) for file in self._files)
        if missing:
            raise StoreError(f"{missing} rows of {self.name} are missing in {self._beside}")
        write_job(self._beside / "job.json", switching(self._job))
        self._finish_switch()
        return str(self._old)

    def _finish_switch(self) -> None:
        """Finish what a killed run left undone."""
        job = read_job(self._beside / "job.json")
        if job is None or not job.switching:
            return
        new = self._beside / "complete" / self._path.name
        if new.is_file():
            if not self._old.exists():
                with suppress(OSError):  # a file system without links
                    os.link(self._path, self._old)
            if not self._old.exists():
                shutil.copy2(self._path, self._old)
            new.replace(self._path)
        elif new.is_dir():
            if not self._old.exists():
                self._path.rename(self._old)
            new.rename(self._path)
        shutil.rmtree(self._beside)

    def new_name(self) -> str:
        """The folder next to it."""
        return str(self._beside)

    def remove_old(self) -> str | None:
        """The file or folder of the last switch."""
        if self._old.is_dir():
            shutil.rmtree(self._old)
        elif self._old.exists():
            self._old.unlink()
        else:
            return None
        return str(self._old)

    def _inside(self, file: Path) -> Path:
        return Path(self._path.name, file.relative_to(self._path))

    def _new(self, file: Path) -> Path:
        return self._beside / "complete" / self._inside(file)

    def _part(self, file: Path, number: int) -> Path:
        return self._beside / "parts" / self._inside(file) / f"{number:08}.parquet"

    def _parts(self, file: Path) -> list[Path]:
        return sorted(self._part(file, 0).parent.glob("*.parquet"))

    def _join(self, file: Path) -> None:
        """Join the parts of a file, with a stamp; a file without rows only gets the stamp."""
        parts = self._parts(file)
        new = self._new(file)
        new.parent.mkdir(parents=True, exist_ok=True)
        text = self._job.wanted
        schema: Any = parquet.read_schema(parts[0] if parts else file)
        schema = stamped(schema, self._columns, text)
        metadata = {**still_true(schema.metadata, self._job), self._key.encode(): text.encode()}
        unfinished = new.with_name(f".{new.name}.tmp")
        with parquet.ParquetWriter(unfinished, schema.with_metadata(metadata)) as writer:
            for part in parts:
                writer.write_table(parquet.read_table(part).cast(writer.schema))
        unfinished.replace(new)
        shutil.rmtree(self._part(file, 0).parent, ignore_errors=True)

    def _state(self) -> str:
        stats = [(str(self._inside(file)), file.stat()) for file in self._listed()]
        return ";".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats)


def _rows(file: Path) -> int:
    with parquet.ParquetFile(file) as opened:
        return int(opened.metadata.num_rows)


def _whole(path: Path, table: Any) -> None:
    """Write a table into a file atomically."""
    unfinished = path.with_name(f".{path.name}.tmp")
    parquet.write_table(table, unfinished)
    unfinished.replace(path)
