"""The command line application; `table.py` lists its commands."""

from typing import Annotated

import typer

from registry.cli.group import CommandGroup
from registry.cli.terminal.failure import USAGE
from registry.cli.terminal.output import report, write

app = typer.Typer(
    cls=CommandGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from registry import CATALOGUE_VERSION, MODEL_REGISTRY
        from registry.catalogue.codegen import __version__

        models = f"{len(MODEL_REGISTRY)} models"
        write(f"tessera-registry {__version__} (catalogue {CATALOGUE_VERSION}, {models})\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """A typed registry of retrieval and language models."""
    if context.invoked_subcommand is None:
        report(context.get_help())
        raise typer.Exit(USAGE)
