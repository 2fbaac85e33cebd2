"""JSON, TOML and YAML's flow style: braces, brackets, keys and values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from registry.scan._scalars import Scalar
from registry.scan.mentions import Chain, Content, inside, under

_TOKEN = re.compile(
    r"(?P<blank>[ \t]+)"
    r"|(?P<newline>\n)"
    r'|(?P<long>"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\']|\'(?!\'\'))*+\'\'\')'
    r'|(?P<string>"(?:[^"\\\n]|\\[^\n])*+"|\'[^\'\n]*+\')'
    # An unclosed quote: nothing more can be known about this line.
    r"|(?P<comment>//[^\n]*|\#[^\n]*|[\"'][^\n]*)"
    r"|(?P<mark>[{}\[\],:=])"
    # A colon inside a word is part of it: llama3.1:8b.
    r"|(?P<bare>(?:[^\s\"'{}\[\],:=\#]|:(?=[^\s\"'{}\[\],]))+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_HEADER = re.compile(r"[ \t]*\[\[?([^\[\]\n]+)\]\]?[ \t]*(?:\#[^\n]*)?$", re.MULTILINE)


@dataclass
class _Frame:
    """What one brace or bracket opens."""

    keys: tuple[str, ...]
    scopes: Chain
    is_list: bool
    key: str | None = None
    pair: Chain = field(default=())

    def place(self) -> tuple[tuple[str, ...], Chain]:
        """The keys and scopes of a value at this point."""
        if self.key is None:
            return self.keys, self.scopes
        return under(self.key, self.keys), self.pair


def read_braces(
    text: str, content: Content, *, toml: bool, start: Scalar | None = None
) -> Iterator[Scalar]:
    """The values and keys of a text; `start` is where it begins in another file."""
    first = start or Scalar("", 1, 1, (), (content.scope(),))
    stack = [_Frame(first.keys, first.scopes, is_list=False)]
    line, begin = first.line, 1 - first.column  # where the line begins, in offsets
    last: Scalar | None = None
    at = 0
    while at < len(text):
        begins = toml and len(stack) == 1 and (at == 0 or text[at - 1] == "\n")
        if begins and (header := _HEADER.match(text, at)):
            stack = [_Frame((header[1].strip(),), (content.scope(),), is_list=False)]
            at = header.end()
            continue
        token = _TOKEN.match(text, at)
        assert token is not None  # the last alternative takes any character
        kind, said = token.lastgroup, token.group()
        column = at - begin + 1
        at = token.end()
        top = stack[-1]
        if kind in ("string", "bare", "long"):
            if last is not None:
                yield last
            keys, scopes = top.place()
            quotes = 0 if kind == "bare" else 1 if kind == "string" else 3
            last = Scalar(
                said[quotes : len(said) - quotes or None], line, column + quotes, keys, scopes
            )
        elif kind == "mark" and said in ":=" and last is not None and not top.is_list:
            top.key, top.pair = last.text, inside(content.scope(), top.scopes)
            yield replace(last, is_key=True, keys=top.keys, scopes=top.pair)
            last = None
        elif kind == "mark" and said in "{[":
            keys, scopes = top.place()
            stack.append(_Frame(keys, inside(content.scope(), scopes), is_list=said == "["))
        elif kind == "mark" and said in "}],":
            if last is not None:
                yield last
                last = None
            if said != "," and len(stack) > 1:
                stack.pop()
            if not stack[-1].is_list:
                stack[-1].key = None
        if "\n" in said:
            if toml and len(stack) == 1:
                if last is not None:
                    yield last
                    last = None
                top.key = None
            line += said.count("\n")
            begin = at - (len(said) - said.rfind("\n") - 1)
    if last is not None:
        yield last
