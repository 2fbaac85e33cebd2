"""Quotes in a CSV that swallow rows: Arrow takes everything up to the next quote for one text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OPENING = re.compile(rb'(?<=[,\r\n])"')
_ENDS = b",\r\n"


def swallowing_quote(blocks: Iterable[bytes]) -> int | None:
    r"""The line of a quote that is not closed where its text ends; None if there is none.

    Such a text runs to the end of the file, or over a line to a quote that something follows.
    Within a line, that does no harm.

    >>> swallowing_quote([b'id,text\n1,"one\n2,"two"\n'])
    2
    >>> swallowing_quote([b'id,text\n1,"one\n', b'two"\n2,"say ""two"" "\n'])
    """
    line, opened, over_lines = 1, 0, False
    inside = closing = False
    before = b"\n"  # the last byte of the block before
    for block in blocks:
        place = 0
        while place < len(block):
            if closing:
                after = block[place : place + 1]
                if after == b'"':  # two stand for one
                    inside, place = True, place + 1
                elif after not in _ENDS and over_lines:
                    return opened
                closing = False
            elif inside:
                end = block.find(b'"', place)
                stop = len(block) if end < 0 else end + 1
                lines = _lines(block, place, stop)
                line, over_lines = line + lines, over_lines or lines > 0
                inside, closing, place = end < 0, end >= 0, stop
            else:
                begin = _opening(block, place, before)
                stop = len(block) if begin is None else begin + 1
                line += _lines(block, place, stop)
                place = stop
                if begin is not None:
                    inside, over_lines, opened = True, False, line
        before = block[-1:] or before
    return opened if inside else None


def _opening(block: bytes, place: int, before: bytes) -> int | None:
    """Where the next text in quotes begins."""
    if place == 0 and block[:1] == b'"' and before in _ENDS:
        return 0
    found = _OPENING.search(block, place)
    return None if found is None else found.start()


def _lines(block: bytes, start: int, stop: int) -> int:
    return block.count(b"\n", start, stop)
