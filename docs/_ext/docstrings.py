"""Docstrings as this project writes them -> reStructuredText, which autodoc wants.

    indented lines              a literal block
    ``` fences                  the same
    name: what it means         a list, an item a name; also under `Args:`
    ├── trees, {"json": ...}    a literal block

Doctests and the rest are as they are; `default_role` makes `this` code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

_TERM = re.compile(r"([a-z_]\w*(?:, [a-z_]\w*)*): (\S.*)")
_DRAWN = re.compile("[├└│]|[{}]")


def to_restructured_text(lines: list[str]) -> list[str]:
    """The lines of a docstring as reStructuredText.

    >>> to_restructured_text(["Gives a table.", "", "    a = 1", "", "name: of the table."])
    ['Gives a table.', '', '::', '', '    a = 1', '', '* ``name``: of the table.', '']
    """
    made: list[str] = []
    for literal, block in _blocks(lines):
        if literal:
            made += ["::", "", *(f"    {line}".rstrip() for line in block), ""]
        else:
            made += [*_listed(block), ""]
    return made


def _blocks(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Paragraphs, and literal blocks without their indentation, which may hold blank lines."""
    literal: list[str] = []
    for paragraph in _paragraphs(lines):
        if paragraph[0] == "```":
            paragraph = [f"    {line}" for line in paragraph[1:-1]]
        elif _DRAWN.match(paragraph[-1].strip()) and paragraph[0][0] != " ":
            paragraph = [f"    {line}" for line in paragraph]
        if all(line.startswith("    ") for line in paragraph):
            literal += ["", *(line[4:] for line in paragraph)] if literal else []
            literal = literal or [line[4:] for line in paragraph]
            continue
        if literal:
            yield True, literal
            literal = []
        yield False, paragraph
    if literal:
        yield True, literal


def _paragraphs(lines: list[str]) -> Iterator[list[str]]:
    for blank, group in groupby(lines, key=lambda line: not line.strip()):
        if not blank:
            yield list(group)


def _listed(paragraph: list[str]) -> list[str]:
    """A paragraph of "name: what it means" lines as a list; any other as it is."""
    if paragraph[0] == "Args:":
        paragraph = [line[4:] for line in paragraph[1:]]
    if not _TERM.match(paragraph[0]):
        return paragraph
    made: list[str] = []
    for line in paragraph:
        if term := _TERM.match(line):
            names = ", ".join(f"``{name}``" for name in term[1].split(", "))
            made.append(f"* {names}: {term[2]}")
        else:
            made.append(f"  {line.strip()}")
    return made


def _process(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = to_restructured_text(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Hook it into autodoc."""
    app.connect("autodoc-process-docstring", _process)
    return {"parallel_read_safe": True}
