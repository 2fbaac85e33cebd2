"""Python values as source text, exactly as black would lay them out.

This is where data becomes code, so only literals can come out: strings, numbers, booleans,
None, tuples, mappings, and calls of the nested classes by checked names.
"""

import math
import textwrap
from collections.abc import Iterable

from registry_base.json_shapes import is_object, is_tuple
from registry_codegen.ir import RecordValue, SharedTuple

LINE_LENGTH = 88


def literal(value: object, *, indent: int = 0, before: int = 0, after: int = 1) -> str:
    """Source text of a value.

    `indent` is the indentation of its line, `before` the width of what precedes it on that line
    (`name=`) and `after` of what follows (the comma).
    """
    flat = _flat(value)
    # black measures wide characters by its own table: decide by width only for ASCII text.
    fits = flat.isascii() and indent + before + len(flat) + after <= LINE_LENGTH
    if fits or not _has_parts(value):
        return flat
    return exploded(value, indent)


def string(text: str, *, ascii_only: bool = False) -> str:
    """A string literal: double quotes unless single ones save escapes, as black prefers.

    >>> print(string('say "hi"'), string("it's"))
    'say "hi"' "it's"
    """
    body = text.replace("\\", "\\\\")
    if not body.isprintable() or (ascii_only and not body.isascii()):
        body = "".join(
            character
            if character.isprintable() and not (ascii_only and not character.isascii())
            else _escape(character)
            for character in body
        )
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'


def literal_annotation(words: Iterable[str | int | None]) -> str:
    """The annotation of a value that is one of some words.

    >>> literal_annotation(["pcm", 16, None])
    'typing.Literal["pcm", 16, None]'
    """
    return f"typing.Literal[{', '.join(map(_flat, words))}]"


def docstring(*paragraphs: str, indent: int) -> str:
    """A docstring, its paragraphs wrapped and escaped."""
    width = LINE_LENGTH - indent
    texts = [_prose(paragraph) for paragraph in paragraphs]
    if len(texts) == 1 and len(texts[0]) + 6 <= width:
        return f'"""{texts[0]}"""'
    lines = _wrapped(f'"""{texts[0]}', width)
    for text in texts[1:]:
        lines += ["", *_wrapped(text, width)]
    if len(lines) == 1:  # a single word that is too long: black keeps the quotes on its line
        return f'{lines[0]}"""'
    margin = " " * indent
    return "\n".join([lines[0], *(line and margin + line for line in lines[1:]), f'{margin}"""'])


def _prose(text: str) -> str:
    words = " ".join(text.split()).replace("\\", "\\\\").replace('"', "'")
    return "".join(c if c.isprintable() else _escape(c) for c in words) or "No description."


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _escape(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(character)
    if character in short:
        return short[character]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _flat(value: object) -> str:
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, str):
        return string(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value).replace("e+", "e")
    if is_tuple(value):
        if len(value) == 1:
            return f"({_lone(value[0])},)"
        return f"({', '.join(map(_flat, value))})"
    if is_object(value):
        if not value:
            return "FrozenDict()"
        members = ", ".join(f"{string(key)}: {_flat(item)}" for key, item in value.items())
        return f"FrozenDict({{{members}}})"
    if isinstance(value, RecordValue):
        arguments = ", ".join(f"{name}={_flat(item)}" for name, item in value.fields)
        return f"{value.class_name}({arguments})"
    if isinstance(value, SharedTuple):
        return value.name
    raise TypeError(f"{type(value).__name__} has no literal")


def _lone(value: object) -> str:
    # The comma of a lone element does not make black explode it, and black measures wide characters
    # by its own table: so no wide characters here.
    return string(value, ascii_only=True) if isinstance(value, str) else _flat(value)


def _has_parts(value: object) -> bool:
    if isinstance(value, RecordValue):
        return bool(value.fields)
    return (is_tuple(value) or is_object(value)) and len(value) > 0


def exploded(value: object, indent: int) -> str:
    """Source text of a value with parts, each on a line of its own."""
    deeper = indent + 4
    if isinstance(value, RecordValue):
        lines = [
            f"{name}={literal(item, indent=deeper, before=len(name) + 1)}"
            for name, item in value.fields
        ]
        return _block(f"{value.class_name}(", lines, ")", indent)
    if is_object(value):
        lines = [_member(key, item, deeper + 4) for key, item in value.items()]
        inner = _block("{", lines, "}", deeper)
        return f"FrozenDict(\n{' ' * deeper}{inner}\n{' ' * indent})"
    items = list(value) if is_tuple(value) else []
    lone = len(items) == 1 and isinstance(items[0], str)
    lines = [_lone(items[0])] if lone else [literal(item, indent=deeper) for item in items]
    return _block("(", lines, ")", indent)


def _member(key: str, value: object, indent: int) -> str:
    # A wide character in the key makes its line longer for black than for us. A value that is
    # exploded stays so whatever black measures, but for a lone element: no wide characters there.
    name = string(key, ascii_only=is_tuple(value) and len(value) == 1)
    before = len(name) + 2 if name.isascii() else LINE_LENGTH
    return f"{name}: {literal(value, indent=indent, before=before)}"


def _block(opening: str, lines: list[str], closing: str, indent: int) -> str:
    body = "".join(f"{' ' * (indent + 4)}{line},\n" for line in lines)
    return f"{opening}\n{body}{' ' * indent}{closing}"
