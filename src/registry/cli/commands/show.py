"""`registry show ID`: everything known of one model."""

import difflib
import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import Annotated, TypeAlias, cast

import typer

from registry.catalogue.codegen import fields_by_source
from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import data, deprecation, wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import on_terminal, plain, write, write_json, write_styled
from registry.cli.terminal.sections import sections
from registry.models.constants import constant_name
from registry.models.kinds import Registered
from registry.models.revisions import locked_revision
from registry_base.sources import best_known

Id = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="Any name of a model: an id, an alias, a repository, an Ollama tag."
    ),
]

Field = Annotated[
    str | None,
    typer.Option(
        "--field",
        metavar="FIELD",
        help="Print only this field, lists line by line; `revision` is the locked one.",
    ),
]

# What a field holds.
Value: TypeAlias = "str | float | bool | tuple[Value, ...] | dict[str, Value] | None"

_LABEL = 26  # columns


def show(
    key: Id,
    model_type: OfType = None,
    field: Field = None,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Show everything that is known about one model.

    With --field only one field. Fields have the names of the Python class; what is unknown is left
    out. What no source states is marked: computed from what they state, inferred from a weak hint,
    or unverified. Where catalogues extend each other, also which one the entry and each overridden
    field come from.

    Example: registry show bge-m3 --field revision
    """
    here = catalogue_for(catalogue)
    model = wanted(here, key, model_type)
    if field is not None:
        _write_field(model, field, as_json=as_json)
    elif as_json:
        known = {name: best_known(given) for name, given in _sources(here, model).items()}
        write_json({**data(model), "known": known, "layers": dict(here.layers.of(model.id))})
    else:
        width = shutil.get_terminal_size().columns if on_terminal() else sys.maxsize
        write_styled(_page(here, model, width))


def _write_field(model: Registered, field: str, *, as_json: bool) -> None:
    """One field, bare: for scripts, containers and CI. Raises CommandError if it is unknown."""
    fields = data(model)
    if field not in fields:
        near = difflib.get_close_matches(field, fields, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CommandError(f"a {model.kind} model has no field {field!r}{hint}", USAGE)
    value: Value = locked_revision(model) if field == "revision" else fields[field]
    if as_json:
        write_json(value)
    elif value is None:
        raise CommandError(f"{model.id}: {field} is unknown")
    elif isinstance(value, tuple):
        write("".join(f"{_text(each)}\n" for each in value))
    else:
        write(f"{_text(value)}\n")


def _page(catalogue: Catalogue, model: Registered, width: int) -> Iterator[tuple[str, str]]:
    """The page, as texts with their styles; in a pipe nothing is wrapped."""
    yield f"{model.id}  ", "bold"
    yield f"{model.kind}\n", "cyan"
    if said := deprecation(model):
        yield f"{said}\n", "bold yellow"
    yield _wrapped(f"{plain(model.name)}: {plain(model.description)}", width), ""
    if catalogue.package is not None:
        yield f"\n    from {catalogue.package} import {constant_name(model.id)}\n", "green"
    sources = _sources(catalogue, model)
    for title, fields in sections(data(model) | {"sources": ()}, catalogue.data.get("types")):
        yield f"\n{title}\n", "bold"
        for name, value in fields:
            mark = _mark(sources.get(name, []))
            for label, line in _rows(name, value):
                yield _wrapped(f"  {label:<{_LABEL}}{line}{mark}", width, _LABEL + 2), ""
    if names := sorted({name for given in sources.values() for name in given}):
        yield "\nSources\n", "bold"
        for name in names:
            gave = ", ".join(field for field, given in sources.items() if name in given)
            yield _wrapped(f"  {plain(name)}: {gave}", width, 4), ""
    if len(catalogue.layers.order) > 1:
        yield "\nLayers\n", "bold"
        for pointer, layer in catalogue.layers.of(model.id).items():
            what = pointer.removeprefix("/").replace("/", ".") or "entry"
            yield _wrapped(f"  {plain(what):<{_LABEL}}{plain(layer)}", width, _LABEL + 2), ""


def _sources(catalogue: Catalogue, model: Registered) -> dict[str, list[str]]:
    """The sources of each field, as far as they are named."""
    entry = next(each for each in catalogue.data["models"] if each["id"] == model.id)
    found: dict[str, list[str]] = {}
    for source, fields in fields_by_source(entry, catalogue.data.get("types")).items():
        for field in fields:
            found.setdefault(field, []).append(source)
    return found


def _mark(sources: list[str]) -> str:
    """The basis of a value that no source states; empty if the entry names none."""
    known = best_known(sources)
    return "" if known in (None, "stated") else f"  ({known})"


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
            known = (
                f"{plain(key)} {_text(item)}" for key, item in value.items() if item is not None
            )
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
