"""`registry: ignore` in a comment: the line, or the next one, is as its author wants it."""

from __future__ import annotations

import re

_MARK = re.compile(r"registry:\s*ignore\b(?!-)")
_FILE_MARK = re.compile(r"registry:\s*ignore-file\b")
_COMMENT = re.compile(r"(?:#|//|/\*|<!--|;)[^\n]*$")
_HEAD = 20  # lines in which a mark for the whole file may be


def ignored_lines(text: str) -> frozenset[int] | None:
    """The lines, from 1, that must not be reported; None means the whole file.

    A comment on a line of its own applies to the next line; in JSON, `"//": "registry: ignore"`.

    >>> sorted(ignored_lines("a = 1  # registry: ignore"))
    [1]
    """
    if "registry:" not in text:
        return frozenset()
    found: set[int] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if number <= _HEAD and _FILE_MARK.search(line):
            return None
        if not _MARK.search(line):
            continue
        alone = not re.sub(r"registry:\s*ignore\b.*|[^\w]", "", line)
        if alone:
            found |= {number, number + 1}
        elif (comment := _COMMENT.search(line)) and _MARK.search(comment.group()):
            found.add(number)
    return frozenset(found)
