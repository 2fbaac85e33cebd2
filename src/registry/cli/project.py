"""What to compile: the build hook's table in pyproject.toml, under what the command line says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.cli.failure import CommandError

if TYPE_CHECKING:
    from registry_codegen.options import Options


def project_options() -> Options | None:
    """The options of the project in the current folder, if it uses the build hook."""
    from registry_codegen.errors import ConfigurationError
    from registry_codegen.options import find_options

    try:
        return find_options(Path())
    except ConfigurationError as error:
        lines = str(error).splitlines()
        raise CommandError("\n".join(_placed(line) for line in lines)) from None


def _placed(mistake: str) -> str:
    return mistake if mistake.startswith("pyproject.toml") else f"pyproject.toml: {mistake}"


def shown(path: Path) -> str:
    """A path for messages and the generated header: relative if it lies in this folder.

    So the generated module does not depend on how somebody named the file.
    """
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
