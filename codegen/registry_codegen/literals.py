"""Python values as source text, exactly as black would lay them out.

This is where data becomes code, so only literals can come out: strings, numbers, booleans,
None, tuples, mappings, and calls of the nested classes by checked names.
"""

import math
import textwrap
from typing import Any

from registry_codegen.ir import RecordValue, SharedTuple

LINE_LENGTH = 88


def literal(value: Any, *, indent: int = 0, before: int = 0, after: int = 1) -> str:
    """Source text of a value.

    `indent` is the indentation of its line, `before` the width of what stands in front of it
    on that line (`name=`) and `after` of what follows (the comma).
    """
    flat = _flat(value)
    # black measures wide characters by a table of its own: leave the choice to the ASCII ones.
    fits = flat.isascii() and indent + before + len(flat) + after <= LINE_LENGTH
    if fits or not _children(value):
        return flat
    return _exploded(value, indent)


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


def docstring(text: str, *, indent: int) -> str:
    """A docstring of one paragraph, wrapped; what it says is text, whatever it holds."""
    words = " ".join(text.split()).replace("\\", "\\\\").replace('"', "'")
    safe = "".join(c if c.isprintable() else _escape(c) for c in words) or "No description."
    width = LINE_LENGTH - indent
    if len(safe) + 6 <= width:
        return f'"""{safe}"""'
    lines = textwrap.wrap(f'"""{safe}', width, break_long_words=False, break_on_hyphens=False)
    margin = " " * indent
    return "\n".join([lines[0], *(margin + line for line in lines[1:]), f'{margin}"""'])


def _escape(character: str) -> str:
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(character)
    if character in short:
        return short[character]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _flat(value: Any) -> str:
    match value:
        case None | bool():
            return repr(value)
        case str():
            return string(value)
        case int():
            return repr(value)
        case float() if math.isfinite(value):
            return repr(value)
        case tuple([only]):
            # black takes a lone element's comma for no wish to explode: no wide characters here.
            text = string(only, ascii_only=True) if isinstance(only, str) else _flat(only)
            return f"({text},)"
        case tuple():
            return f"({', '.join(map(_flat, value))})"
        case dict():
            members = ", ".join(f"{string(k)}: {_flat(v)}" for k, v in value.items())
            return f"FrozenDict({{{members}}})"
        case RecordValue():
            members = ", ".join(f"{name}={_flat(v)}" for name, v in value.fields)
            return f"{value.class_name}({members})"
        case SharedTuple():
            return value.name
        case _:
            raise TypeError(f"{type(value).__name__} has no literal")


def _children(value: Any) -> bool:
    match value:
        case tuple() | dict():
            return bool(value)
        case RecordValue():
            return bool(value.fields)
        case _:
            return False


def _exploded(value: Any, indent: int) -> str:
    deeper = indent + 4
    match value:
        case tuple([str() as only]):
            lines = [string(only, ascii_only=True)]
            opening, closing = "(", ")"
        case tuple():
            lines = [literal(item, indent=deeper) for item in value]
            opening, closing = "(", ")"
        case RecordValue():
            lines = [
                f"{name}={literal(item, indent=deeper, before=len(name) + 1)}"
                for name, item in value.fields
            ]
            opening, closing = f"{value.class_name}(", ")"
        case _:
            inner = _exploded_dict(value, deeper)
            return f"FrozenDict(\n{' ' * deeper}{inner}\n{' ' * indent})"
    margin = " " * deeper
    body = "".join(f"{margin}{line},\n" for line in lines)
    return f"{opening}\n{body}{' ' * indent}{closing}"


def _exploded_dict(value: dict[str, Any], indent: int) -> str:
    deeper = indent + 4
    margin = " " * deeper
    members = "".join(
        f"{margin}{(name := string(key))}: {literal(item, indent=deeper, before=len(name) + 2)},\n"
        for key, item in value.items()
    )
    return f"{{\n{members}{' ' * indent}}}"
