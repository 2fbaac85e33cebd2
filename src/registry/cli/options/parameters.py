"""Options that several commands share."""

from typing import Annotated

import typer

from registry import ModelType

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]
OfType = Annotated[ModelType | None, typer.Option("--type", help="Only this type of model.")]
