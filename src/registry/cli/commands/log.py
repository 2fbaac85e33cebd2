"""`registry log`: which models and libraries are in use now, added to a log with the results."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.output import counted, inform, plain, write, write_json
from registry.provenance.version_log import DEFAULT_PATH, write_version_log

Every = Annotated[
    bool, typer.Option("--all", help="Log every registered model instead of the selected ones.")
]
Output = Annotated[Path, typer.Option("--output", metavar="FILE", help="The log.")]
Online = Annotated[
    bool, typer.Option("--online", help="Ask the Hub for model cards that are not in the cache.")
]


def log(
    every: Every = False,
    output: Output = DEFAULT_PATH,
    online: Online = False,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Log the models in use: ids, commits, hashes, library versions.

    Adds a run to the log and keeps those that are there. Makes no network requests without
    --online.

    Example: registry log --all --output models.log.json
    """
    models = catalogue_for(catalogue).models if every else None
    run = write_version_log(output, models, catalogue=catalogue, online=online)
    if as_json:
        write_json({"file": str(output), **asdict(run)})
    else:
        write(f"{plain(str(output))}: {counted(run.models, 'model')} logged\n")
        for note in run.notes:
            inform(note)
