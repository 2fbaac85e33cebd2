"""The engine of one machine: a corpus becomes a folder of parts, each complete or not there.

Part n always holds the results of rows n * size up to (n + 1) * size of the corpus. It is written
under a hidden name, synced to disk, and put in place by one rename. So the existing parts show what
is done, a killed run resumes with the first missing one, and no row is written twice or left out. A
lock next to the folder allows one run at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from registry.corpora._arrow import Table, pa, pq
from registry.corpora._columns import ROW
from registry.corpora._corpus import Corpus
from registry.corpora._encoding import Embedder, Encoding
from registry.errors import CorpusError

WINDOW = 1_024
"""Rows in memory at a time; also the size of a part's row groups."""


def part_path(folder: Path, number: int) -> Path:
    """Where a part is.

    >>> part_path(Path("out"), 7).as_posix()
    'out/part-000007.parquet'
    """
    return folder / f"part-{number:06}.parquet"


def embed_here(
    corpus: Corpus, how: Encoding, folder: Path, size: int, done: Callable[[int], None]
) -> None:
    """Write the missing parts; `done` is called with the number of finished rows of the corpus.

    The model is loaded only if there is anything to do.
    """
    for leftover in folder.glob(".part-*.parquet.tmp"):
        leftover.unlink()
    count = -(-corpus.total // size)
    number = next((n for n in range(count) if not part_path(folder, n).exists()), count)
    done(min(number * size, corpus.total))
    if number == count:
        return
    embedder = Embedder(how)
    part = _Part(folder, number, how)
    try:
        for owner, table in _windows(corpus.stream(number * size), size):
            while number < owner:
                part.finish()
                number += 1
                part = _Part(folder, number, how)
            part.add(embedder(table))
            done(table.column(ROW)[-1].as_py() + 1)
        while number < count:
            part.finish()
            number += 1
            part = _Part(folder, number, how)
        done(corpus.total)
    finally:
        part.drop()
        embedder.close()


def _windows(stream: Iterator[Table], size: int) -> Iterator[tuple[int, Table]]:
    """Rows of one part each, in pieces that do not depend on where the stream began."""
    held: list[Table] = []
    key = (-1, -1)
    for table in stream:
        rows = table.column(ROW).to_numpy()
        keys = np.stack([rows // size, rows % size // WINDOW], axis=1)
        changes = np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1
        starts = [0, *changes.tolist(), len(rows)]
        for start, stop in pairwise(starts):
            if start == stop:
                continue
            mine = (int(keys[start][0]), int(keys[start][1]))
            if held and mine != key:
                yield key[0], pa.concat_tables(held).combine_chunks()
                held = []
            key = mine
            held.append(table.slice(start, stop - start))
    if held:
        yield key[0], pa.concat_tables(held).combine_chunks()


class _Part:
    """A part that is being written; its file is created by the first row, or at the end."""

    def __init__(self, folder: Path, number: int, how: Encoding) -> None:
        self._target = part_path(folder, number)
        self._temporary = self._target.with_name(f".{self._target.name}.tmp")
        self._how = how
        self._writer: Any = None

    def add(self, table: Table) -> None:
        """Write some rows. Raises CorpusError."""
        with self._written():
            self._opened().write_table(table)

    def finish(self) -> None:
        """Put it in its place. Raises CorpusError."""
        with self._written():
            self._opened().close()
            with self._temporary.open("rb") as file:
                os.fsync(file.fileno())
            self._temporary.replace(self._target)
        self._writer = None

    def drop(self) -> None:
        """Remove an unfinished part."""
        if self._writer is not None:
            with suppress(OSError):  # a full disk, which the first failure named
                self._writer.close()
            self._temporary.unlink(missing_ok=True)

    @contextmanager
    def _written(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise CorpusError(
                f"{self._target}: cannot be written: {reason}; run the same command again to resume"
            ) from None

    def _opened(self) -> Any:
        if self._writer is None:
            kept = list(self._how.kept)  # repeated values are stored once; vectors never repeat
            self._writer = pq.ParquetWriter(self._temporary, self._how.schema, use_dictionary=kept)
        return self._writer
