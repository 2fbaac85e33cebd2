"""The commands there are. A new one: a module beside this one, and its line below."""

from typing import Annotated

import typer

from registry import CATALOGUE_VERSION, MODEL_REGISTRY
from registry.catalogue.codegen import __version__
from registry.cli.commands.add import add
from registry.cli.commands.bench import bench
from registry.cli.commands.bom import bom
from registry.cli.commands.check import check
from registry.cli.commands.default import default
from registry.cli.commands.diff import diff
from registry.cli.commands.docs import docs
from registry.cli.commands.du import du
from registry.cli.commands.generate import generate
from registry.cli.commands.history import history
from registry.cli.commands.init import init
from registry.cli.commands.list_models import list_models
from registry.cli.commands.lock import lock
from registry.cli.commands.log import log
from registry.cli.commands.ls import ls
from registry.cli.commands.prune import prune
from registry.cli.commands.pull import pull
from registry.cli.commands.recommend import recommend
from registry.cli.commands.release import release
from registry.cli.commands.scan import scan
from registry.cli.commands.schema import schema
from registry.cli.commands.search import search
from registry.cli.commands.select import select
from registry.cli.commands.share import share
from registry.cli.commands.show import show
from registry.cli.commands.validate import validate
from registry.cli.commands.verify import verify
from registry.cli.commands.where import where
from registry.cli.terminal.failure import USAGE
from registry.cli.terminal.output import complain, write

app = typer.Typer(
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("list")(list_models)
app.command("search")(search)
app.command("show")(show)
app.command("select")(select)
app.command("where")(where)
app.command("default")(default)
app.command("init")(init)
app.command("validate")(validate)
app.command("generate")(generate)
app.command("schema")(schema)
app.command("docs")(docs)
app.command("add")(add)
app.command("scan")(scan)
app.command("verify")(verify)
app.command("lock")(lock)
app.command("log")(log)
app.command("pull")(pull)
app.command("check")(check)
app.command("ls")(ls)
app.command("du")(du)
app.command("prune")(prune)
app.command("share")(share)
app.command("recommend")(recommend)
app.command("bench")(bench)
app.command("history")(history)
app.command("diff")(diff)
app.command("bom")(bom)
app.command("release")(release)


def _version(wanted: bool) -> None:
    if wanted:
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
        complain(context.get_help(), prefix="")
        raise typer.Exit(USAGE)
