"""Parquet in bounded memory: by default pyarrow reads all of a file ahead of its first row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_BUFFER = 1 << 20  # bytes of a column that are read at a time


def streamed(path: Path) -> Any:  # a ParquetFile, which has no types
    """A Parquet file whose pages are read when their rows are asked for."""
    from pyarrow.parquet import ParquetFile

    untyped: Any = ParquetFile
    return untyped(path, pre_buffer=False, buffer_size=_BUFFER)
