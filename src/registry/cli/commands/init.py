"""`registry init`: a project begins to have a catalogue of its own."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.starting import start_catalogue
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.output import complain, plain, write, write_json
from registry_base.folders import shown

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME]", help="The project; else what pyproject.toml or the folder says."
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

    What is there stays; only what is missing is added. With Hatchling as build backend the wheel
    is compiled by a build hook; with any other one `registry generate` compiles the catalogue.
    """
    steps = start_catalogue(Path(), name, extends=extends)
    if as_json:
        write_json([asdict(step) | {"path": str(step.path)} for step in steps])
        return
    write("".join(f"{plain(shown(step.path))}: {step.done}\n" for step in steps))
    complain("next: `registry add ORG/NAME` adds a model, `registry generate` compiles them")
