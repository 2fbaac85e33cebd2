"""Rows of a file as Arrow tables: Parquet, JSON lines and CSV give the same columns.

Every table has the column of the ids, that of the texts as strings, those to keep, and NOT_TEXT,
which marks rows that have something else instead of a text; the text is null there.
"""

from __future__ import annotations

import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from registry.corpora._arrow import Table, pa, pq
from registry.corpora._columns import Wanted
from registry.corpora._files import SourceFile
from registry.corpora._formats import (
    ROWS,
    comma_separated,
    json_lines,
    objects,
    opened,
    opened_csv,
    parquet,
)
from registry.corpora._quotes import swallowing_quote
from registry.errors import CorpusError

_BLOCK = 1 << 20


def column_names(file: SourceFile) -> list[str] | None:
    """The columns of a file, for JSON lines those of its first rows; None if it is empty.

    Raises CorpusError for a file that cannot be read.
    """
    with _readable(file):
        if file.format == "jsonl":
            with opened(file) as lines:
                rows = [row for _, row in islice(objects(file, lines), ROWS)]
            return list(dict.fromkeys(name for row in rows for name in row)) or None
        if file.format == "parquet":
            return list(pq.read_schema(file.path).names)
        with opened_csv(file) as reader:
            return list(reader.schema.names)


def tables(
    file: SourceFile, wanted: Wanted, first: int = 0, last: int | None = None
) -> Iterator[Table]:
    """The rows of a file from `first` up to but not including `last`, some at a time.

    Raises CorpusError naming a file that cannot be read further.
    """
    reader = _READERS[file.format]
    at = 0
    with _readable(file):
        source = reader(file, wanted, first)
        at = next(source)
        for table in source:
            begin, end = at, at + table.num_rows
            at = end
            if end <= first:
                continue
            if last is not None and begin >= last:
                return
            start = max(first - begin, 0)
            stop = table.num_rows if last is None else min(last - begin, table.num_rows)
            yield table.slice(start, stop - start)


def check_quotes(file: SourceFile) -> None:
    """Raise CorpusError for a CSV with a quote that makes many rows one."""
    if file.format != "csv":
        return
    with _readable(file), opened(file) as source:
        if source.read(len(BOM_UTF8)) != BOM_UTF8:
            source.seek(0)
        line = swallowing_quote(iter(lambda: source.read(_BLOCK), b""))
    if line is not None:
        raise CorpusError(
            f"{file.path}:{line}: a quote begins a text here and does not end it: it would take up "
            "the rows that follow; close it, and double the quotes inside a text"
        )


_READERS: dict[str, Callable[[SourceFile, Wanted, int], Iterator[Any]]] = {
    "parquet": parquet,
    "jsonl": json_lines,
    "csv": comma_separated,
}


_UNREADABLE = (OSError, pa.ArrowException, EOFError, UnicodeDecodeError, zlib.error)


class _readable:  # noqa: N801 - a context manager, used as a function
    """Turns errors while a file is read into one that names it."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CorpusError) or not isinstance(error, _UNREADABLE):
            return
        reason = getattr(error, "strerror", None) or str(error).strip().partition("\n")[0]
        if isinstance(error, UnicodeDecodeError) or "invalid UTF8" in reason:
            reason = "it is not UTF-8; convert it"
        raise CorpusError(f"{self._file.path}: cannot be read: {reason}") from None


def missing_columns(names: Sequence[str] | None, wanted: Wanted) -> list[str]:
    """The columns that a file lacks."""
    return [] if names is None else [name for name in wanted.all if name not in names]
