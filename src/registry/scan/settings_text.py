"""Settings as text: YAML, TOML, JSON, .env and Dockerfiles, with the place of each value.

Read by their shape, without a parser for each: broken files and templates say something too, and no
parser reports columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from registry.scan._braces import read_braces
from registry.scan._commands import names_in_command, names_in_url
from registry.scan._lines import read_lines
from registry.scan._scalars import Scalar
from registry.scan._yaml import read_yaml
from registry.scan.meaning import means_model, role_of
from registry.scan.mentions import Content, Mention, Number, Span

Scalars = Callable[[str, Content], Iterable[Scalar]]

FORMATS: Final[dict[str, Scalars]] = {
    "json": lambda text, content: read_braces(text, content, toml=False),
    "toml": lambda text, content: read_braces(text, content, toml=True),
    "yaml": read_yaml,
    "env": read_lines,
    "dockerfile": read_lines,
}
_DEFAULT = re.compile(r"\$\{\w+:?-(?P<text>[^}\s]+)\}")
_OURS = ("tool.registry", "tool.model-registry", "tool.hatch.build.hooks.model-registry")


def read_settings(text: str, form: str) -> Content:
    r"""All that a file in one of FORMATS says.

    >>> found = read_settings("embedder:\n  model: BAAI/bge-m3\n  dim: 384", "yaml")
    >>> [(each.text, each.span.line, each.span.column) for each in found.mentions[2:3]]
    [('BAAI/bge-m3', 2, 10)]
    >>> [(each.value, each.role) for each in found.numbers]
    [(384, 'dim')]
    """
    content = Content()
    for scalar in FORMATS[form](text, content):
        if not any(key.startswith(_OURS) for key in scalar.keys):
            _take(scalar, content)
    return content


def _take(scalar: Scalar, content: Content) -> None:
    number = _whole(scalar.text)
    if number is not None:
        _take_number(number, scalar, content)
        return
    key = scalar.keys[0] if scalar.keys else ""
    # The names of models may be keys; then the key above says what they are.
    speaking = next((each for each in scalar.keys if means_model(each) or role_of(each)), "")
    text = scalar.text
    if default := _DEFAULT.fullmatch(text):  # ${EMBED_MODEL:-BAAI/bge-m3}
        text, shift = default["text"], default.start("text")
        scalar = replace(scalar, text=text, column=scalar.column + shift)
    elif " " in text or "=" in text or "://" in text:
        for found in (*names_in_command(text), *names_in_url(text)):
            span = _inside(scalar, found.at, len(found.text))
            content.mentions.append(
                Mention(
                    found.text, span, scalar.scopes, in_context=found.certain,
                    loads=found.loads, pinned=found.pinned, label=key,
                )
            )  # fmt: skip
        return
    span = Span(scalar.line, scalar.column, scalar.column + len(text))
    in_context = means_model(key) or (not scalar.is_key and means_model(speaking) and key == "")
    in_context = in_context and not scalar.is_key
    content.mentions.append(Mention(text, span, scalar.scopes, in_context=in_context, label=key))


def _inside(scalar: Scalar, at: int, length: int) -> Span:
    """Where a part of a value is; the value may have several lines."""
    before = scalar.text[:at]
    line = scalar.line + before.count("\n")
    column = at - before.rfind("\n") if "\n" in before else scalar.column + at
    return Span(line, column, column + length)


def _take_number(value: int, scalar: Scalar, content: Content) -> None:
    if scalar.is_key:
        return
    span = Span(scalar.line, scalar.column, scalar.column + len(scalar.text))
    key = scalar.keys[0] if scalar.keys else ""
    role = role_of(key)
    if role is None and "/" in key:  # {"BAAI/bge-m3": 1024} under "dimensions"
        role = role_of(scalar.keys[1]) if len(scalar.keys) > 1 else None
    table = scalar.scopes[1] if len(scalar.scopes) > 1 else None
    content.numbers.append(
        Number(value, span, scalar.scopes, role, None if role else table, label=key)
    )


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
