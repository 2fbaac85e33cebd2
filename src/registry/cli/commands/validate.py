"""`registry validate`: every problem of a catalogue, each with its place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options.parameters import AsJson
from registry.cli.options.project import options_for
from registry.cli.terminal.failure import PROBLEM, needs
from registry.cli.terminal.output import complain, counted, plain, write, write_json

Catalogue = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="The catalogue; else the one of this project, else models.json."
    ),
]


def validate(file: Catalogue = None, as_json: AsJson = False) -> None:
    """Check a catalogue: the file, its schema and the rules.

    Problems go to stderr, one a line, as file:line:column: /pointer: message [model id].
    With --json they go to stdout as data.
    """
    with needs("codegen"):
        from registry_codegen.compile import load_catalogue
        from registry_codegen.errors import CatalogueError

    try:
        catalogue = load_catalogue(options_for(file))
    except CatalogueError as error:
        if as_json:
            problems = [asdict(problem) for problem in error.problems]
            write_json({"problems": problems, "models": None})
        else:
            complain("\n".join(plain(str(problem)) for problem in error.problems), prefix="")
        raise typer.Exit(PROBLEM) from None
    models: list[object] = catalogue.data["models"]
    if as_json:
        write_json({"problems": [], "models": len(models)})
    else:
        write(f"{' over '.join(catalogue.names)}: {counted(models, 'model')}, no problems\n")
