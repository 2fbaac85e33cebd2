"""`registry init`: start a catalogue in a project."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.starting import start_catalogue
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.output import inform, plain, write, write_json
from registry_base.folders import shown

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="Name of the project; by default that of pyproject.toml or of the folder.",
    ),
]
Extends = Annotated[
    str | None,
    typer.Option(
        "--extends",
        metavar="NAME|FILE",
        help="Lay the catalogue over that of a package (`registry` is the public one) or a file.",
    ),
]


def init(name: Name = None, extends: Extends = None, as_json: AsJson = False) -> None:
    """Start a catalogue and its package in this folder.

    Existing files are kept; only what is missing is added. With Hatchling as build backend, a build
    hook compiles the catalogue; with any other, `registry generate` does.

    Example: registry init acme-models --extends registry
    """
    steps = start_catalogue(Path(), name, extends=extends)
    if as_json:
        write_json([asdict(step) | {"path": str(step.path)} for step in steps])
        return
    write("".join(f"{plain(shown(step.path))}: {step.done}\n" for step in steps))
    inform("next: `registry add ORG/NAME` adds a model, `registry generate` compiles them")
