"""Counts made before anything is encoded: rows, bad rows, ids that several rows have.

One pass over the ids and texts, in bounded memory: a hash of each id is kept, in 64 heaps that move
to disk as they grow. If two hashes are equal, a second pass compares the ids themselves, so that
the count is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np

from registry.corpora._arrow import pa
from registry.corpora._columns import Wanted
from registry.corpora._corpus import REASONS, Corpus, bad_rows, good_rows
from registry.corpora._files import SourceFile
from registry.corpora._reading import check_quotes, column_names, missing_columns, tables
from registry.errors import CorpusError

_SHOWN = 5
_HEAPS, _IN_MEMORY = 64, 1 << 14  # bytes of each: a megabyte of all


@dataclass(frozen=True)
class Survey:
    """The contents of a corpus.

    bad: reason -> rows. places: a few of them, as messages name them. doubled: how many of the
    other rows have an id that an earlier one of them has; doubles: a few such ids.
    """

    total: int
    bad: Mapping[str, int] = field(default_factory=dict[str, int])
    places: tuple[str, ...] = ()
    doubled: int = 0
    doubles: tuple[str, ...] = ()

    @property
    def good(self) -> int:
        """Rows to embed."""
        return self.total - sum(self.bad.values())


def check_columns(files: Sequence[SourceFile], wanted: Wanted) -> list[str]:
    """Why files cannot be used: unreadable, or lacking a column. A line each."""
    problems: list[str] = []
    for file in files:
        try:
            names = column_names(file)
        except CorpusError as error:
            problems.append(str(error))
            continue
        problems += [
            f"{file.path}: has {(names or []).count(name)} columns {name!r}; rename all but one"
            for name in wanted.all
            if (names or []).count(name) > 1
        ]
        for missing in missing_columns(names, wanted):
            problems.append(
                f"{file.path}: there is no column {missing!r}; there are {', '.join(names or ())}"
            )
    return problems


def survey(
    files: Sequence[SourceFile], wanted: Wanted, seen: Callable[[int], None] | None = None
) -> tuple[Corpus, Survey]:
    """Read the ids and texts of all files once. Raises CorpusError, a line for each bad file."""
    bad: Counter[str] = Counter()
    places: list[str] = []
    counts: list[int] = []
    schemas: list[Any] = []
    problems: list[str] = []
    total = 0
    with ExitStack() as stack:
        ids = _Ids(stack)
        for file in files:
            count = 0
            try:
                check_quotes(file)
                for table in tables(file, wanted):
                    unusable = bad_rows(table, wanted)
                    for reason, mask in unusable.items():
                        where = np.flatnonzero(mask.to_numpy())
                        bad[reason] += len(where)
                        for row in where[: _SHOWN - len(places)]:
                            places.append(f"{file.path}: row {count + int(row) + 1}: {reason}")
                    ids.add(table.column(wanted.id).filter(good_rows(unusable)).to_pylist())
                    schema = table.select(list(wanted.kept)).schema.remove_metadata()
                    if schema not in schemas:
                        schemas.append(schema)
                    count += table.num_rows
                    total += table.num_rows
                    if seen is not None:
                        seen(total)
            except CorpusError as error:
                problems.append(str(error))
            counts.append(count)
        if not schemas and not problems:
            problems = [f"{file.path}: there are no rows" for file in files]
        if problems:
            raise CorpusError("\n".join(problems))
        corpus = Corpus(tuple(files), tuple(counts), wanted, _one(schemas))
        doubled, doubles = _doubled(files, wanted, ids.twice())
    found = {reason: bad[reason] for reason in REASONS if bad[reason]}
    return corpus, Survey(corpus.total, found, tuple(places), doubled, doubles)


def _one(schemas: list[Any]) -> Any:
    """One schema for the kept columns of all files. Raises CorpusError."""
    try:
        return pa.unify_schemas(schemas, promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise CorpusError(
            f"the files of this corpus do not agree about their columns: {error}; "
            "make them one type"
        ) from None


class _Ids:
    """Hashes of ids in heaps by their last bits, so that equal ones meet in one."""

    def __init__(self, stack: ExitStack) -> None:
        self._heaps = [
            stack.enter_context(SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - it is one
            for _ in range(_HEAPS)
        ]

    def add(self, ids: list[object]) -> None:
        """Add some ids."""
        hashes = np.fromiter((hash(_hashable(each)) for each in ids), np.int64)
        for number, heap in enumerate(self._heaps):
            if len(some := hashes[hashes % _HEAPS == number]):
                heap.write(some.tobytes())

    def twice(self) -> frozenset[int]:
        """The hashes that occurred more than once."""
        found: set[int] = set()
        for heap in self._heaps:
            heap.seek(0)
            hashes, counts = np.unique(np.frombuffer(heap.read(), np.int64), return_counts=True)
            found.update(hashes[counts > 1].tolist())
        return frozenset(found)


def _doubled(
    files: Sequence[SourceFile], wanted: Wanted, suspects: frozenset[int]
) -> tuple[int, tuple[str, ...]]:
    if not suspects:
        return 0, ()
    seen: Counter[object] = Counter()
    alone = Wanted(text=wanted.text, id=wanted.id)
    for file in files:
        for table in tables(file, alone):
            good = good_rows(bad_rows(table, alone))
            for each in table.column(alone.id).filter(good).to_pylist():
                if hash(key := _hashable(each)) in suspects:
                    seen[key] += 1
    again = {key: count - 1 for key, count in seen.items() if count > 1}
    return sum(again.values()), tuple(repr(key) for key in list(again)[:_SHOWN])


def _hashable(value: object) -> object:
    return value if isinstance(value, (str, int, float, bytes)) else repr(value)
