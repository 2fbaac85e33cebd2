"""`registry default TYPE`: the default checkpoint of an architecture, and why that one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import (
    inform,
    on_terminal,
    plain,
    write,
    write_json,
    write_styled,
)
from registry.cli.terminal.table import write_table

if TYPE_CHECKING:
    from registry.catalogue.here import Catalogue
    from registry.defaults import DefaultModel

Type = Annotated[
    str | None, typer.Argument(metavar="TYPE", help="A model type: bert, gpt-j, whisper, ...")
]
Update = Annotated[
    bool, typer.Option("--update", help="Ask the Hub now, even if the cached answer is fresh.")
]


def default(
    model_type: Type = None,
    update: Update = False,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the default checkpoint of one or all architectures.

    The popular models of the Hub decide where one of them is credible (remembered for a week);
    else what is well known; else a guess. Without TYPE, lists what is known without asking. In a
    pipe one line per type, tab-separated: type, huggingface_id, source, downloads, reason; what is
    not known is empty. With --json also the candidates, why each was passed over, and the ids under
    which the catalogue has the checkpoint.

    Example: registry default bert
    """
    from registry.defaults import get_recommended_default_model, known_default_models

    if model_type is not None:
        found = get_recommended_default_model(model_type, update=update)
        _show(found, catalogue_for(catalogue), as_json=as_json)
    elif update:
        raise CommandError("--update needs one type; give TYPE too", USAGE)
    else:
        _show_all(known_default_models(), catalogue_for(catalogue), as_json=as_json)


def _show(found: DefaultModel, here: Catalogue, *, as_json: bool) -> None:
    if as_json:
        write_json(_as_data(found, here))
    elif on_terminal():
        write_styled(_page(found, here))
        if found.candidates:
            write("\n")
            _show_candidates(found)
    else:
        write(_line(found))
        if found.source == "guess":
            inform(f"{found.huggingface_id} is a guess: {found.reason}")
    for note in found.notes:
        inform(note)


def _show_all(found: tuple[DefaultModel, ...], here: Catalogue, *, as_json: bool) -> None:
    if as_json:
        write_json([_as_data(each, here) for each in found])
    elif on_terminal():
        head = ("type", "default", "source", "downloads")
        write_table(
            head,
            list(map(_cells, found)),
            {"default": "cyan"},
            right=("downloads",),
            optional=("downloads",),
        )
    else:
        write("".join(map(_line, found)))
    for note in dict.fromkeys(note for each in found for note in each.notes):
        inform(note)


def _as_data(found: DefaultModel, here: Catalogue) -> dict[str, object]:
    return {**asdict(found), "registered_as": here.ids_in(found.huggingface_id)}


def _line(found: DefaultModel) -> str:
    return "\t".join((*_cells(found), plain(found.reason))) + "\n"


def _cells(found: DefaultModel) -> tuple[str, str, str, str]:
    downloads = "" if found.downloads is None else str(found.downloads)
    return plain(found.model_type), plain(found.huggingface_id), found.source, downloads


def _page(found: DefaultModel, here: Catalogue) -> Iterator[tuple[str, str]]:
    yield plain(found.huggingface_id), "bold"
    yield f"  {found.source}\n", "cyan"
    yield f"{plain(found.model_type)}: {plain(found.reason)}\n", ""
    if ids := here.ids_in(found.huggingface_id):
        yield f"registered as {', '.join(ids)}\n", ""


def _show_candidates(found: DefaultModel) -> None:
    rows = [
        (each.huggingface_id, str(each.downloads), each.passed_over or "no: the default")
        for each in found.candidates
    ]
    head = ("popular", "downloads", "passed over")
    write_table(head, rows, {"popular": "cyan"}, right=("downloads",))
