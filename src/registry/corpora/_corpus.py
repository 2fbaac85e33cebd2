"""The rows of all files of a corpus under one numbering, and which of them cannot be embedded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.corpora._arrow import Table, pa, pc
from registry.corpora._columns import NOT_TEXT, ROW, TEXT, Wanted
from registry.corpora._files import SourceFile
from registry.corpora._reading import tables
from registry.errors import CorpusError

# Why a row is left out; the first reason counts.
NO_ID, NULL, NOT_A_TEXT, EMPTY = "no id", "null", "not text", "empty"
REASONS = (NO_ID, NULL, NOT_A_TEXT, EMPTY)


@dataclass(frozen=True)
class Corpus:
    """Files with their numbers of rows. `schema`: of the ids and the kept columns."""

    files: tuple[SourceFile, ...]
    rows: tuple[int, ...]
    wanted: Wanted
    schema: Any  # pyarrow.Schema

    @property
    def total(self) -> int:
        """All rows, including those that cannot be embedded."""
        return sum(self.rows)

    def stream(self, first: int = 0, last: int | None = None) -> Iterator[Table]:
        """Rows that can be embedded, from `first` up to `last` (exclusive): ROW, kept, the text.

        A row keeps its number even if rows before it are left out. Raises CorpusError.
        """
        start = 0
        for file, count in zip(self.files, self.rows, strict=True):
            end = start + count
            begin, stop = max(first, start), end if last is None else min(last, end)
            if begin < stop:
                at = begin
                for table in tables(file, self.wanted, begin - start, stop - start):
                    yield self._good(table, at, file)
                    at += table.num_rows
            start = end

    def _good(self, table: Table, at: int, file: SourceFile) -> Table:
        numbers = pa.array(range(at, at + table.num_rows), pa.int64())
        good = good_rows(bad_rows(table, self.wanted))
        try:
            kept = table.select(list(self.wanted.kept)).cast(self.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
            raise CorpusError(f"{file.path}: its columns have changed: {error}") from None
        # Under a name of our own, because the text may be kept too.
        made = kept.append_column(TEXT, table.column(self.wanted.text))
        return made.add_column(0, ROW, numbers).filter(good)


def bad_rows(table: Table, wanted: Wanted) -> Mapping[str, Any]:
    """For each reason, which rows of a table it applies to; no row has two."""
    texts, ids = table.column(wanted.text), table.column(wanted.id)
    wrong = table.column(NOT_TEXT)
    found = {
        NO_ID: pc.or_(pc.is_null(ids), _blank(ids)),
        NOT_A_TEXT: wrong,
        NULL: pc.is_null(texts),
        EMPTY: _blank(texts),
    }
    alone: dict[str, Any] = {}
    before = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for reason, rows in found.items():
        alone[reason] = pc.and_not(rows, before)
        before = pc.or_(before, rows)
    return alone


def good_rows(bad: Mapping[str, Any]) -> Any:
    """Which rows of a table can be embedded, given those that cannot, for each reason."""
    first, *others = bad.values()
    for each in others:
        first = pc.or_(first, each)
    return pc.invert(first)


def _blank(column: Any) -> Any:
    """Which values consist only of blanks."""
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return pa.chunked_array([pa.repeat(pa.scalar(False), len(column))])
    lengths = pc.utf8_length(pc.utf8_trim_whitespace(column))
    return pc.fill_null(pc.equal(lengths, 0), False)
