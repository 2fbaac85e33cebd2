"""`registry validate`: every problem of a catalogue, each with its place."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from registry.catalogue.codegen import problems_of
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError
from registry.cli.terminal.output import counted, plain, report, write, write_json

File = Annotated[str | None, typer.Argument(metavar="FILE", help="The same as --catalogue FILE.")]


def validate(file: File = None, catalogue: CatalogueOption = None, as_json: AsJson = False) -> None:
    """Check a catalogue: the file, its schema and the rules.

    Problems go to stderr, one per line, as file:line:column: /pointer: message [model id].
    With --json they go to stdout as data.

    Example: registry validate models.json
    """
    if file is not None and catalogue is not None:
        raise CommandError("FILE and --catalogue both name a catalogue; give one", USAGE)
    here = catalogue_for(file or catalogue)
    problems = problems_of(here.options)
    if problems:
        if as_json:
            write_json({"problems": [asdict(problem) for problem in problems], "models": None})
        else:
            report("\n".join(plain(str(problem)) for problem in problems))
        raise typer.Exit(PROBLEM)
    models: list[object] = here.loaded.data["models"]
    if as_json:
        write_json({"problems": [], "models": len(models)})
    else:
        write(f"{' over '.join(here.loaded.names)}: {counted(models, 'model')}, no problems\n")
