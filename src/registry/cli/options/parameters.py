"""Options that several commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
OfType = Annotated[
    str | None, typer.Option("--type", metavar="TYPE", help="Only this type of model.")
]
