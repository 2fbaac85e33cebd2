"""The option `--catalogue`: which catalogue a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.here import Catalogue, catalogue_here
from registry.cli.options.project import name_from_here
from registry.cli.terminal.failure import CommandError

CatalogueOption = Annotated[
    str | None,
    typer.Option(
        "--catalogue",
        metavar="NAME|FILE",
        help="Package with a catalogue, or a models.json; by default the one used here, which "
        "`registry where` names.",
    ),
]


def catalogue_for(given: str | None) -> Catalogue:
    """The catalogue that a command is about. Raises CatalogueFileError."""
    return catalogue_here(given, "--catalogue")


def file_for(given: str | None) -> Path:
    """The file of the catalogue that a command is to edit. Raises CommandError if it has none."""
    catalogue = catalogue_for(given)
    if catalogue.place.path is None:
        raise CommandError(
            f"the catalogue used here is the installed package {catalogue.name}, which "
            "cannot be edited; name a models.json with --catalogue FILE, or begin one with "
            "`registry init`"
        )
    return Path(name_from_here(catalogue.place.path))
