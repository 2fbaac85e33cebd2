"""Notebooks: the code of each cell, with its places in the file."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import accumulate

from registry.scan.mentions import Content, Span
from registry.scan.python_code import UnreadableError, read_python
from registry_base.json_positions import Positions, locate
from registry_base.json_shapes import is_list, is_object
from registry_base.problems import Pointer

# One character of a JSON string; the two halves of a surrogate pair are one.
_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
# What IPython accepts and Python does not: %magic, !command, ?help. Lines and columns stay.
_MAGIC = re.compile(r"(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)")


def read_notebook(text: str) -> Content:
    """What the code cells of a notebook say. Raises UnreadableError.

    Spans are those in the file, with the cell, from 1. Text and outputs do not count.
    """
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"invalid JSON: {error}") from None
    cells = data.get("cells") if is_object(data) else None
    if not is_list(cells):
        raise UnreadableError("not a notebook: it has no cells")
    content = Content()
    positions = locate(text)
    for index, cell in enumerate(cells):
        if not is_object(cell) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source")
        pieces = [str(each) for each in source] if is_list(source) else [str(source or "")]
        here: Pointer = ("cells", index, "source")
        pointers = [(*here, number) for number in range(len(pieces))] if is_list(source) else [here]
        starts = [positions.values.get(pointer, 0) for pointer in pointers]
        _take(content, _Cell(pieces, starts, positions, index + 1))
    return content


@dataclass
class _Cell:
    """The code of a cell: its pieces, and where the string of each begins in the file."""

    pieces: list[str]
    starts: list[int]
    positions: Positions
    number: int
    code: str = field(init=False)

    def __post_init__(self) -> None:
        self.code = "".join(self.pieces)
        self._begins = [0, *accumulate(map(len, self.pieces))]
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.code))]
        self._offsets: dict[int, list[int]] = {}  # of each character of a piece, in the file

    def in_file(self, span: Span) -> Span:
        """The span in the file of a span in the code."""
        begin = self._lines[span.line - 1]
        line, column = self._place(begin + span.column - 1)
        last_line, end = self._place(begin + span.end - 1)
        if last_line != line:  # ends with its piece
            end = column + span.end - span.column
        return Span(line, column, end, self.number)

    def _place(self, index: int) -> tuple[int, int]:
        piece = min(bisect_right(self._begins, index), len(self.pieces)) - 1
        if piece not in self._offsets:
            self._offsets[piece] = list(self._characters(piece))
        return self.positions.line_column(self._offsets[piece][index - self._begins[piece]])

    def _characters(self, piece: int) -> Iterator[int]:
        """Where each character of a piece is in the file, and where the last one ends."""
        at = self.starts[piece] + 1  # after the quote
        yield at
        for _ in self.pieces[piece]:
            match = _CHARACTER.match(self.positions.text, at)
            at = match.end() if match else at
            yield at


def _take(content: Content, cell: _Cell) -> None:
    lines = [
        f"{magic[1]}pass" if (magic := _MAGIC.fullmatch(line)) else line
        for line in cell.code.split("\n")
    ]
    try:
        found = read_python("\n".join(lines), scopes=content.scopes)
    except UnreadableError:
        return  # %%bash, or unfinished code
    for mentions, more in (
        (content.mentions, found.mentions),
        (content.indirect, found.indirect),
    ):
        mentions += [replace(each, span=cell.in_file(each.span)) for each in more]
    content.numbers += [replace(each, span=cell.in_file(each.span)) for each in found.numbers]
