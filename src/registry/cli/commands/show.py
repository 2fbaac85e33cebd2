"""`registry show ID`: everything known of one model."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Annotated, TypeAlias, cast

import typer

from registry import AnyModel
from registry.cli.options.named_model import constant, data, wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.terminal.output import on_terminal, plain, write_json, write_styled
from registry.cli.terminal.sections import sections

Id = Annotated[str, typer.Argument(metavar="ID", help="An id, an alias or a Hub repository.")]

# What a field holds.
Value: TypeAlias = "str | float | bool | tuple[Value, ...] | dict[str, Value] | None"

_LABEL = 26  # columns


def show(key: Id, model_type: OfType = None, as_json: AsJson = False) -> None:
    """Show everything known of one model.

    Fields have the names of the Python class; what is unknown is left out.
    """
    model = wanted(key, model_type)
    if as_json:
        write_json(data(model))
    else:
        width = shutil.get_terminal_size().columns if on_terminal() else sys.maxsize
        write_styled(_page(model, width))


def _page(model: AnyModel, width: int) -> Iterator[tuple[str, str]]:
    """The page, as texts with their styles; in a pipe nothing is wrapped."""
    yield f"{model.id}  ", "bold"
    yield f"{model.kind}\n", "cyan"
    yield _wrapped(f"{plain(model.name)}: {plain(model.description)}", width), ""
    yield f"\n    from registry import {constant(model)}\n", "green"
    for title, fields in sections(data(model)):
        yield f"\n{title}\n", "bold"
        for name, value in fields:
            for label, line in _rows(name, value):
                yield _wrapped(f"  {label:<{_LABEL}}{line}", width, _LABEL + 2), ""


def _rows(name: str, value: Value) -> Iterator[tuple[str, str]]:
    """A field as lines: one, or one an item where the items are records or the keys are free."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield plain(key), _text(item)
    elif name == "variants":
        for variant in cast("tuple[dict[str, Value], ...]", value):
            yield _text(variant["id"]), _text({**variant, "id": None})
    elif name.endswith("_prompt"):
        # In quotes: the space at its end is part of it.
        yield name, plain(json.dumps(value, ensure_ascii=False))
    else:
        yield name, _text(value)


def _text(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case tuple():
            texts = [_text(item) for item in value]
            return ("; " if any("," in text for text in texts) else ", ").join(texts)
        case dict():
            known = (f"{key} {_text(item)}" for key, item in value.items() if item is not None)
            return ", ".join(known)
        case _:
            return plain(str(value))


def _wrapped(line: str, width: int, indent: int = 0) -> str:
    if len(line) <= width:
        return f"{line}\n"
    margin = " " * indent
    lines = textwrap.wrap(
        line, max(width, indent + 20), subsequent_indent=margin, break_on_hyphens=False
    )
    return "".join(f"{part}\n" for part in lines)
