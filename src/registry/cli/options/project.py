"""What to compile: the build hook's table in pyproject.toml, overridden by the command line."""

from __future__ import annotations

from pathlib import Path

from registry.catalogue.codegen import (
    CatalogueError,
    LoadedCatalogue,
    Options,
    compiled_files,
)
from registry.cli.terminal.failure import CommandError
from registry.cli.terminal.output import counted, plain, report
from registry_base.folders import real


def compiled(options: Options, *, check: bool = False) -> tuple[dict[str, str], LoadedCatalogue]:
    """The files of a catalogue, and itself; problems end the command. check: nothing is written."""
    try:
        return compiled_files(options)
    except CatalogueError as error:
        report("\n".join(plain(str(problem)) for problem in error.problems))
        count = counted(error.problems, "problem")
        raise CommandError(count if check else f"{count}; nothing was written") from None


def name_from_here(path: Path) -> str:
    """A path for messages and the generated header: relative if it is in this folder.

    So the generated module does not depend on how the file was named.
    """
    try:
        return real(path).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
