"""What to compile: the build hook's table in pyproject.toml, under what the command line says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.cli.terminal.failure import CommandError
from registry.cli.terminal.output import complain, counted, plain

if TYPE_CHECKING:
    from registry_codegen.ir import Module
    from registry_codegen.options import Options


def project_options() -> Options | None:
    """The options of the project in the current folder, if it uses the build hook."""
    from registry_codegen.errors import ConfigurationError
    from registry_codegen.projects import find_options

    try:
        return find_options(Path())
    except ConfigurationError as error:
        raise CommandError(str(error)) from None


def options_for(catalogue: Path | None) -> Options:
    """The options for a catalogue, by default this project's: then what it extends counts."""
    from registry_codegen.errors import ConfigurationError
    from registry_codegen.projects import options_of

    try:
        return options_of(catalogue)
    except ConfigurationError as error:
        raise CommandError(str(error)) from None


def compiled(options: Options) -> Module:
    """The intermediate model of a catalogue; its problems end the command."""
    from registry_codegen.compile import load_module
    from registry_codegen.errors import CatalogueError

    try:
        return load_module(options)
    except CatalogueError as error:
        complain("\n".join(plain(str(problem)) for problem in error.problems), prefix="")
        raise CommandError(f"{counted(error.problems, 'problem')}; nothing was written") from None


def shown(path: Path) -> str:
    """A path for messages and the generated header: relative if it lies in this folder.

    So the generated module does not depend on how somebody named the file.
    """
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
