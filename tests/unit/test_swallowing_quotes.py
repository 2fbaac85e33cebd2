"""Quotes that make many rows of a CSV one."""

from __future__ import annotations

import csv
import io

import pytest

from registry.corpora._quotes import swallowing_quote


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('id,text\n1,"one\n2,two\n', 2),
        ('id,text\r\n1,"one\r\n2,"two"\r\n', 2),
        ('id,text\n1,"a\nb"\n2,"one\n3,two', 4),
        ('"one\n', 1),
        ('id,text\n1,"a ""b""\n', 2),
        ('id,text\n1,"a\nb"\n2,""\n3,"""c"""', None),
        ('id,text\n1,"one" two\n2,three\n', None),
        ('id,text\n1,5" wide\n2,three\n', None),
        ("", None),
    ],
)
def test_a_quote_is_found_wherever_blocks_end(text: str, line: int | None) -> None:
    data = text.encode()
    for cut in range(len(data) + 1):
        assert swallowing_quote([part for part in (data[:cut], data[cut:]) if part]) == line, cut
    assert swallowing_quote([data[n : n + 1] for n in range(len(data))]) == line


def test_what_a_writer_quotes_is_right() -> None:
    rows = [["a", 'x"y'], ["b\n", '"'], ['"\n"', ","], ["", "\r\n"]] * 3
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
        text = io.StringIO()
        csv.writer(text, quoting=quoting).writerows(rows)
        data = text.getvalue().encode()
        for size in range(1, 9):
            blocks = (data[start : start + size] for start in range(0, len(data), size))
            assert swallowing_quote(blocks) is None
