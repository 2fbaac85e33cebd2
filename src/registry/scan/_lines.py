""".env files and Dockerfiles: settings and commands, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.scan._scalars import Scalar
from registry.scan.meaning import means_model
from registry.scan.mentions import Content, Mention, Span, inside

_SETTING = re.compile(
    r"(?<![\w$/?&.-])(?P<key>[A-Za-z_][\w.]*)=(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'"
    r"|(?P<bare>[^\s\"']+))"
)
_OLD_ENV = re.compile(r"\s*ENV\s+(?P<key>[A-Za-z_]\w*)\s+(?P<bare>[^\s=]+)\s*$", re.IGNORECASE)
_DEFAULT = re.compile(r"\$\{(?P<key>\w+):?-(?P<bare>[^}\s]+)\}")
_QUOTED = re.compile(
    r"(?:\b(?P<key>[A-Za-z_]\w{0,60})\s{0,4}[=:]\s{0,4})?"
    r"(?P<quote>[\"'])(?P<text>[A-Za-z0-9][\w./:-]{1,200})(?P=quote)"
)
_VALUES = ("double", "single", "bare")


def read_lines(text: str, content: Content) -> Iterator[Scalar]:
    """The settings of a file, and the rest of each line as a command."""
    scope = (content.block(),)
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        settings = [*_SETTING.finditer(line), *_DEFAULT.finditer(line)]
        if not settings and (old := _OLD_ENV.match(line)):
            settings = [old]
        for match in settings:
            groups = match.groupdict()
            kind = next((each for each in _VALUES if groups.get(each)), None)
            if kind is not None and "${" not in match[kind]:
                pair = inside(content.scope(), scope)
                yield Scalar(match[kind], number, match.start(kind) + 1, (match["key"],), pair)
        # What is left is a command; settings in it are blanked out, so that columns stay.
        rest = _SETTING.sub(lambda match: " " * len(match.group()), line)
        if rest.strip():
            yield Scalar(f"{rest} ", number, 1, (), inside(content.scope(), scope))


def read_quoted(text: str) -> Content:
    """The quoted texts in invalid Python, and what they are assigned to.

    >>> [each.text for each in read_quoted('print x; MODEL = "BAAI/bge-m3"').mentions]
    ['BAAI/bge-m3']
    """
    content = Content()
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        for match in _QUOTED.finditer(line):
            span = Span(number, match.start("text") + 1, match.end("text") + 1)
            label = match["key"] or ""
            mention = Mention(match["text"], span, in_context=means_model(label), label=label)
            content.mentions.append(mention)
    return content
