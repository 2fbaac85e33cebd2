"""How the text of a catalogue is laid out, and which layout a file has already.

models.json follows one rule: an object or a list is on one line if it fits, else its
members are on lines of their own; plain items of a list fill the lines.

    "architecture": {"type": "bert", "has_projection": true, "projection_dims": 96},
    "sources": {
      "mteb": [
        "revision", "release_date", "specs.context_length", "specs.parameters", "similarity",
        "capabilities.languages"
      ]
    }
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from registry_base.json_shapes import Json, JsonList, JsonObject, is_list, is_object

WIDTH = 110
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_COLON = re.compile(r'"(?:[^"\\]|\\.)*"[ \t]*:([ \t]?)')
# A section or a list of plain items whose members have lines of their own.
_SPREAD = re.compile(r"""":\s*(?:\{|\[(?!\s*[\[{]))[ \t\r]*\n\s*[^\s\]}]""")
# A text, in which brackets mean nothing, or the beginning of something on one line.
_ON_ONE_LINE = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<bracket>[{\[][ \t]*[^\s{}\[\]])')


@dataclass(frozen=True)
class Layout:
    """The layout of a JSON text.

    `indent` is one level of indentation, a tab counting as one column. `width` is in columns:
    with 0 every member is on a line of its own, with infinity everything is on one line. `space`
    follows a comma or a colon.
    """

    indent: str = "  "
    newline: str = "\n"
    width: float = WIDTH
    space: str = " "

    @classmethod
    def of(cls, text: str) -> Layout:
        r"""The layout of a JSON text, as far as it can be inferred.

        >>> Layout.of('{"models":[{"id":"a"}]}').space
        ''
        >>> Layout.of('{\n\t"models": []\n}').indent
        '\t'
        """
        colon = _COLON.search(text)
        space = " " if colon is None else colon[1]
        if "\n" not in text.strip():
            return cls(width=float("inf"), space=space)
        indent = _INDENT.search(text)
        spread = _SPREAD.search(text) and not any(
            found["bracket"] for found in _ON_ONE_LINE.finditer(text)
        )
        return cls(
            indent=indent[1] if indent else "  ",
            newline="\r\n" if "\r\n" in text else "\n",
            width=0 if spread else WIDTH,
            space=space,
        )

    def flat(self, value: Json) -> str:
        """A value on one line. Raises ValueError for what JSON or UTF-8 cannot hold."""
        separators = f",{self.space}", f":{self.space}"
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=separators)
        text.encode("utf-8")
        return text

    def render(self, value: Json, indent: str = "", column: int = 0) -> str:
        """A value that begins at a column of a line with that indentation."""
        flat = self.flat(value)
        # The comma after a list counts, whether there is one or not; after an object it does not.
        # models.json has always been laid out that way.
        if not value or column + len(flat) + is_list(value) <= self.width:
            return flat
        inner = indent + self.indent
        if is_object(value):
            keys = [f"{self.flat(key)}:{self.space}" for key in value]
            members = [
                key + self.render(each, inner, len(inner) + len(key))
                for key, each in zip(keys, value.values(), strict=True)
            ]
            return self._lines("{", members, "}", indent)
        if not is_list(value):
            return flat
        if any(is_object(each) or is_list(each) for each in value):
            members = [self.render(each, inner, len(inner)) for each in value]
        else:
            members = self._filled(value, inner)
        return self._lines("[", members, "]", indent)

    def _filled(self, items: JsonList, indent: str) -> list[str]:
        """Plain items, as many per line as fit."""
        lines: list[str] = []
        for number, item in enumerate(items, 1):
            text = self.flat(item)
            longer = f"{lines[-1]},{self.space}{text}" if lines else ""
            comma = number < len(items)
            if lines and len(indent) + len(longer) + comma < self.width:
                lines[-1] = longer
            else:
                lines.append(text)
        return lines

    def _lines(self, start: str, members: list[str], end: str, indent: str) -> str:
        between = f"{self.newline}{indent}{self.indent}"
        return f"{start}{between}{f',{between}'.join(members)}{self.newline}{indent}{end}"


def render_entry(entry: JsonObject, indent: str = "    ") -> str:
    """An entry as models.json lays it out, without the indentation of its first line.

    >>> print(render_entry({"id": "a", "aliases": ["b", "c"]}, indent=""))
    {"id": "a", "aliases": ["b", "c"]}
    """
    return Layout().render(entry, indent, len(indent))
