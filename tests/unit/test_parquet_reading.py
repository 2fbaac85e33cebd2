"""A corpus in Parquet is read in bounded memory, however its rows are grouped."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as arrow_parquet
import pytest

from registry.corpora._columns import Wanted
from registry.corpora._files import SourceFile
from registry.corpora._reading import tables

pa: Any = arrow  # untyped
pq: Any = arrow_parquet

ROWS, SIZE = 8_192, 2_048  # 16 MiB of texts that do not compress


@pytest.mark.parametrize("group", [1_024, ROWS])
def test_no_more_than_a_few_pages_are_in_memory(tmp_path: Path, group: int) -> None:
    chance = random.Random(0)
    texts = [chance.randbytes(SIZE // 2).hex() for _ in range(ROWS)]
    table = pa.table({"id": [str(number) for number in range(ROWS)], "text": texts})
    path = tmp_path / "corpus.parquet"
    pq.write_table(table, path, row_group_size=group, use_dictionary=False)
    del table
    before = pa.total_allocated_bytes()
    read, most = list[str](), 0
    for some in tables(SourceFile(path, "parquet"), Wanted("text", "id")):
        most = max(most, pa.total_allocated_bytes() - before)
        read += some.column("text").to_pylist()
    assert read == texts
    assert most < 10 << 20
