"""A corpus as a source of Ray Data: a read task for each independently readable piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ray.data as _ray_data
from ray.data.block import BlockMetadata

from registry.corpora._arrow import Table
from registry.corpora._corpus import Corpus
from registry.corpora._formats import row_groups

_PIECE = 65_536  # rows: neighboring row groups are read together up to this

_untyped: Any = _ray_data  # typed in part
_Datasource: Any = _untyped.Datasource


def corpus_source(corpus: Corpus) -> Any:
    """A Datasource with the rows of a corpus that can be embedded."""
    return _CorpusSource(corpus)


def pieces(corpus: Corpus) -> Iterator[tuple[int, int]]:
    """Ranges of rows; for Parquet one or several row groups, for other formats a whole file."""
    start = 0
    for file, count in zip(corpus.files, corpus.rows, strict=True):
        begin = 0
        for at in [*row_groups(file)[1:], count]:
            if at - begin >= _PIECE or at == count:
                if at > begin:
                    yield start + begin, start + at
                begin = at
        start += count


class _CorpusSource(_Datasource):  # type: ignore[misc] # a class of Any
    def __init__(self, corpus: Corpus) -> None:
        _Datasource.__init__(self)
        self._corpus = corpus

    def get_name(self) -> str:
        return "Corpus"

    def estimate_inmemory_data_size(self) -> int | None:
        return None

    def get_read_tasks(self, *_: object, **__: object) -> list[Any]:
        return [_task(self._corpus, first, last) for first, last in pieces(self._corpus)]


def _task(corpus: Corpus, first: int, last: int) -> Any:
    metadata = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
    read: Callable[[], Iterator[Table]] = lambda: corpus.stream(first, last)  # noqa: E731 - pickled
    return _untyped.ReadTask(read, metadata)
