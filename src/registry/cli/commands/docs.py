"""`registry docs`: the catalogue for people, as MODELS.md and catalogue.html."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.codegen import CatalogueError, catalogue_pages, problems_of
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.project import name_from_here
from registry.cli.terminal.failure import PROBLEM, CommandError
from registry.cli.terminal.output import complain, counted, write, write_json
from registry.errors import CatalogueFileError
from registry.files.file_lock import exclusive
from registry_base.atomic_write import write_if_changed
from registry_base.regular_file import read_regular

Output = Annotated[Path, typer.Option("--output", metavar="DIR", help="The folder to write into.")]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; fail and list the stale files.")
]
# In every MODELS.md and every catalogue.html.
_MADE = re.compile(rb"\bby (`registry docs`|<code>registry docs</code>)")


@dataclass(frozen=True)
class PageFile:
    """A file and what it is to hold."""

    path: Path
    text: str


def docs(
    output: Output = Path(),
    catalogue: CatalogueOption = None,
    check: Check = False,
    as_json: AsJson = False,
) -> None:
    """Write the catalogue as MODELS.md and catalogue.html.

    Both are made from what the typed module is made from. The page is one file that needs no
    server and makes no network requests. Files of these names that it did not make are kept.

    Example: registry docs --output docs
    """
    try:
        # Made and written in one turn: the last one to write has seen the newest catalogue.
        with nullcontext() if check else _alone(output):
            count, files = _files(catalogue, output, check=check)
            if not check:
                _refuse_to_replace(files)
            states = {each.path: _state(each) if check else _write(each) for each in files}
    except FileExistsError:
        raise CommandError(f"{name_from_here(output)}: it is not a directory") from None
    except OSError as error:
        place = name_from_here(Path(error.filename or output))
        raise CommandError(f"{place}: {error.strerror}") from None
    behind = [path for path, state in states.items() if state in ("stale", "missing")]
    if as_json:
        told = [{"file": name_from_here(path), "state": state} for path, state in states.items()]
        write_json({"models": count, "files": told})
    else:
        write("".join(f"{name_from_here(path)}: {state}\n" for path, state in states.items()))
        if behind:
            complain(f"{counted(behind, 'file')} not up to date; run again without --check")
    if behind:
        raise typer.Exit(PROBLEM)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / "catalogue.html"):
        yield


def _files(given: str | None, folder: Path, *, check: bool) -> tuple[int, tuple[PageFile, ...]]:
    here = catalogue_for(given)
    # A file that is not part of a package has constants, but nowhere to import them from.
    package = here.options.package if here.place.package is None else here.package
    try:
        loaded = here.loaded
    except CatalogueFileError:
        if not check and (problems := problems_of(here.options)):
            raise CatalogueFileError(str(CatalogueError(problems))) from None
        raise
    count, markdown, html = catalogue_pages(loaded, package)
    return count, (
        PageFile(folder / "MODELS.md", markdown),
        PageFile(folder / "catalogue.html", html),
    )


def _state(file: PageFile) -> str:
    try:
        current = read_regular(file.path) == file.text.encode()
    except FileNotFoundError:
        return "missing"
    return "up to date" if current else "stale"


def _refuse_to_replace(files: tuple[PageFile, ...]) -> None:
    """What people wrote themselves is kept."""
    for path in (file.path for file in files):
        try:
            present = read_regular(path)
        except FileNotFoundError:
            continue
        if present.strip() and not _MADE.search(present):
            raise CommandError(
                f"{name_from_here(path)}: was not made by `registry docs`, so it is kept; name "
                "another folder with --output, or remove it yourself"
            )


def _write(file: PageFile) -> str:
    return "written" if write_if_changed(file.path, file.text) else "up to date"
