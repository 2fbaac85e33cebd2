"""The option `--catalogue`, and whose entries a command works on without it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.entries import Entry, catalogue_entries, installed_entries
from registry.cli.options.project import project_options
from registry.cli.terminal.failure import needs

CatalogueOption = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        metavar="FILE",
        help="The catalogue; else this project's, else models.json here.",
    ),
]


def catalogue_path(given: Path | None) -> Path | None:
    """The catalogue that is meant: as given, this project's, or models.json here if it is there."""
    if given is not None:
        return given
    with needs("codegen"):
        project = project_options()
    if project is not None:
        return project.catalogue_path
    here = Path("models.json")
    return here if here.is_file() else None


def entries_here(given: Path | None) -> tuple[Entry, ...]:
    """The entries of the catalogue that is meant; where there is none, of the installed registry.

    Raises CatalogueFileError.
    """
    path = catalogue_path(given)
    return installed_entries() if path is None else catalogue_entries(path)
