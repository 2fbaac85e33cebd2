"""YAML: blocks by their indentation; values in brackets are read as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from registry.scan._braces import read_braces
from registry.scan._scalars import Scalar
from registry.scan.mentions import Chain, Content, inside, under

_QUOTED_KEY = re.compile(r"(?P<quote>[\"'])(?P<key>[^\"'\n]{1,200})(?P=quote)\s*:(?=\s|$)\s*")
_COLON = re.compile(r":(?=\s|$)\s*")
_NO_KEY = re.compile(r"[#\[\]{},&*!|>%@`?\"']|\S*://")
_ITEM = re.compile(r"-(?:\s+|$)")
_TAGS = re.compile(r"(?:[&!][^\s]*\s+)+")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_VALUE = re.compile(r"\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>[^']*)'|(?P<bare>\S.*)")

_DEEPEST = 200


@dataclass
class _Frame:
    """A mapping, or an item of a list, at one indentation."""

    indent: int
    keys: tuple[str, ...]
    scopes: Chain
    key: str | None = None
    pair: Chain = ()

    def place(self) -> tuple[tuple[str, ...], Chain]:
        if self.key is None:
            return self.keys, self.scopes
        return under(self.key, self.keys), self.pair


def read_yaml(text: str, content: Content) -> Iterator[Scalar]:
    """The values and keys of a YAML text, of each document in it."""
    stack = [_Frame(-1, (), ())]
    block: int | None = None  # the indentation beyond which a block scalar continues
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        number += 1
        line = lines[number - 1]
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip(" "))
        if block is not None and indent > block:
            keys, scopes = stack[-1].place()
            yield Scalar(f"{line} ", number, 1, keys, scopes)
            continue
        block = None
        if line.startswith(("---", "...", "%")):
            stack = [_Frame(-1, (), ())]
            continue
        line = _bare(line)
        if not line.strip():
            continue
        at = indent
        while (item := _ITEM.match(line, at)) and len(stack) < _DEEPEST:
            _open(stack, at, content, item=True)
            at = item.end()
            stack[-1].indent = at
        if (key := _key(line, at)) is not None:
            name, start, end = key
            frame = _open(stack, at, content)
            frame.key, frame.pair = name, inside(content.scope(), frame.scopes)
            yield Scalar(name, number, start + 1, frame.keys, frame.pair, is_key=True)
            at = end
        if tags := _TAGS.match(line, at):
            at = tags.end()
        keys, scopes = stack[-1].place()
        value = line[at:].rstrip()
        if _BLOCK.fullmatch(value):
            block = indent
        elif value.startswith(("{", "[")):
            flow = _flow(lines, number, at)
            yield from read_braces(
                flow, content, toml=False, start=Scalar("", number, at + 1, keys, scopes)
            )
            number += flow.count("\n")
        elif match := _VALUE.match(value):
            name = match.lastgroup or "bare"
            yield Scalar(match[name], number, at + match.start(name) + 1, keys, scopes)


def _key(line: str, at: int) -> tuple[str, int, int] | None:
    """The key that begins there, where it begins, and where its value begins."""
    if quoted := _QUOTED_KEY.match(line, at):
        return quoted["key"], quoted.start("key"), quoted.end()
    if _NO_KEY.match(line, at) or (colon := _COLON.search(line, at)) is None:
        return None
    return line[at : colon.start()].rstrip(), at, colon.end()


def _bare(line: str) -> str:
    """A line without its comment; a # between quotes does not start one."""
    if (found := _COMMENT.search(line)) is None:
        return line
    before = line[: found.start()]
    is_text = before.count('"') % 2 or before.count("'") % 2
    return line if is_text else before


def _open(stack: list[_Frame], indent: int, content: Content, *, item: bool = False) -> _Frame:
    """The frame at an indentation; a new one for an item or a deeper mapping."""
    while stack[-1].indent > indent:
        stack.pop()
    top = stack[-1]
    if not item and top.indent == indent:
        return top
    keys, scopes = top.place()
    stack.append(_Frame(indent, keys, inside(content.scope(), scopes)))
    return stack[-1]


def _flow(lines: list[str], number: int, at: int) -> str:
    """What brackets hold, over as many lines as needed, without comments at ends of lines."""
    found = [_bare(lines[number - 1])[at:]]
    depth = _depth(found[0])
    while depth > 0 and number < len(lines) and len(found) < 1000:
        found.append(_bare(lines[number]))
        depth += _depth(found[-1])
        number += 1
    return "\n".join(found)


def _depth(text: str) -> int:
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", "", text)
    return sum(bare.count(each) for each in "[{") - sum(bare.count(each) for each in "]}")
