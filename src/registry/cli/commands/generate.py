"""`registry generate`: compile a catalogue into its typed module, or say that it is stale."""

from __future__ import annotations

import difflib
import io
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.codegen import ConfigurationError, Options, importable, write_module
from registry.cli.options.project import compiled, project_options, shown
from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import counted, write

Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 and show a diff if it is stale.")
]
CatalogueFile = Annotated[Path | None, typer.Option("--catalogue", help="The catalogue.")]
Output = Annotated[Path | None, typer.Option("--output", help="The module to write.")]
Extends = Annotated[
    str | None,
    typer.Option(
        "--extends", help="The catalogue underneath: a package that has one, or a JSON file."
    ),
]
Hide = Annotated[
    list[str] | None,
    typer.Option("--hide", help="Leave this id of the catalogue underneath out; may be repeated."),
]


def generate(
    check: Check = False,
    catalogue: CatalogueFile = None,
    output: Output = None,
    extends: Extends = None,
    hide: Hide = None,
) -> None:
    """Compile a catalogue into a typed Python module.

    Paths come from the table [tool.hatch.build.hooks.model-registry] of pyproject.toml in this
    folder; the options overrule it.
    """
    options = _options(catalogue, output, extends, hide)
    path = options.output_path
    text, count = compiled(options)
    try:
        if check:
            if difference := _difference(path, text):
                write(difference)
                state = "stale" if path.exists() else "missing"
                raise CommandError(f"{shown(path)} is {state}; run the same without --check")
            changed = False
        else:
            changed = write_module(path, text)
    except OSError as error:
        raise CommandError(f"{shown(path)}: {error.strerror}") from None
    except ConfigurationError as error:
        raise CommandError(str(error)) from None
    models = counted(range(count), "model")
    write(f"{shown(path)}: {models}, {'written' if changed else 'up to date'}\n")


def _options(
    catalogue: Path | None, output: Path | None, extends: str | None, hide: list[str] | None
) -> Options:
    options = project_options() or Options(Path())
    if catalogue is not None:
        options = replace(options, catalogue=shown(catalogue))
    if output is not None:
        options = replace(options, output=shown(output))
    if extends is not None:
        options = replace(options, extends=extends)
    if hide:
        options = replace(options, hide=tuple(hide))
    if problem := _problem(options):
        raise CommandError(problem, USAGE)
    return options


def _problem(options: Options) -> str | None:
    if options.output is None:
        return "no module to write: give --output FILE, or let pyproject.toml name it"
    if not importable(options.output):
        return f"{options.output}: no importable module; end it in a name and .py"
    if options.hide and options.extends is None:
        return "--hide without --extends: there is nothing to hide from"
    if options.extends is not None and options.public_path is None:
        return f"--extends {options.extends}: no such package with a models.json in it"
    return None


def _difference(path: Path, text: str) -> str:
    """What `registry generate` would change, as a patch; nothing if nothing."""
    wanted = text.encode()
    try:
        present = path.read_bytes()
        before = shown(path)
    except FileNotFoundError:
        present, before = b"", "/dev/null"
    if present == wanted:
        return ""
    lines = difflib.unified_diff(
        _lines(present), _lines(wanted), fromfile=before, tofile=shown(path)
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def _lines(content: bytes) -> list[str]:
    # By line feeds alone: str.splitlines would also split inside some literals.
    return list(io.StringIO(content.decode("utf-8", "backslashreplace"), newline="\n"))
