""".env files and Dockerfiles: settings and commands, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.scan._scalars import Scalar
from registry.scan.mentions import Content, inside

_SETTING = re.compile(
    r"(?<![\w$/?&.-])(?P<key>[A-Za-z_][\w.]*)=(?:\"(?P<double>[^\"\n]*)\"|'(?P<single>[^'\n]*)'"
    r"|(?P<bare>[^\s\"']+))"
)
_OLD_ENV = re.compile(r"\s*ENV\s+(?P<key>[A-Za-z_]\w*)\s+(?P<bare>[^\s=]+)\s*$", re.IGNORECASE)
_DEFAULT = re.compile(r"\$\{(?P<key>\w+):?-(?P<bare>[^}\s]+)\}")
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
        # What is left is a command; settings in it are blanks now, so that columns stay.
        rest = _SETTING.sub(lambda match: " " * len(match.group()), line)
        if rest.strip():
            yield Scalar(f"{rest} ", number, 1, (), inside(content.scope(), scope))
