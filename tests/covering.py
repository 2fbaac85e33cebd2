"""Large matrices: `make test` tries a sample of the pairs, `make exhaustive` all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest

Row = TypeVar("Row")
Column = TypeVar("Column")


def covering(
    rows: Sequence[Row],
    columns: Sequence[Column],
    *,
    each: int = 1,
    always: Callable[[Row, Column], bool] = lambda row, column: False,
    ids: tuple[Callable[[Row], str], Callable[[Column], str]] = (str, str),
) -> list[Any]:
    """All pairs, marked exhaustive unless they are in the sample or `always` applies.

    In the sample are every row and every column at least once: as in a table whose diagonal
    begins anew at each edge, with `each` diagonals at equal distances. So a row has `each` pairs,
    or more if there are fewer rows than columns.

    >>> sample = covering("abcd", "xyz")
    >>> [param.id for param in sample if not param.marks]
    ['a-x', 'b-y', 'c-z', 'd-x']
    """
    height, width = len(rows), len(columns)
    tried = {
        (step % height, (step + diagonal * width // each) % width)
        for diagonal in range(each)
        for step in range(max(height, width))
    }
    return [
        pytest.param(
            row,
            column,
            id=f"{ids[0](row)}-{ids[1](column)}",
            marks=() if at in tried or always(row, column) else pytest.mark.exhaustive,
        )
        for at, row, column in (
            ((i, j), row, column) for i, row in enumerate(rows) for j, column in enumerate(columns)
        )
    ]
