"""`registry history`: which model served which role in which release."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import inform, plain, write, write_json
from registry.cli.terminal.table import write_rows

if TYPE_CHECKING:
    from registry.catalogue.places import Place
    from registry.provenance.releases import Release

File = Annotated[
    Path | None, typer.Option("--file", help="The file that `registry release` writes.")
]
FromGit = Annotated[
    bool, typer.Option("--git", help="From the version tags of Git instead of the file.")
]
AsMarkdown = Annotated[bool, typer.Option("--markdown", help="Write a Markdown table.")]

_HEAD = ("release", "date", "role", "model", "commit")


def history(
    file: File = None,
    from_git: FromGit = False,
    markdown: AsMarkdown = False,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Show which model was used for what in which release.

    From models.versions.json of the project if there is one, else from the version tags of this
    Git repository.

    Example: registry history --markdown
    """
    if from_git and file is not None:
        raise CommandError("--git and --file exclude each other; give one", USAGE)
    found = _releases(file, catalogue, from_git=from_git)
    if not found:
        inform("no release is recorded here; `registry release v1.0.0` records one")
    rows = [
        (each.release, each.date, role, serving.id, (serving.revision or "")[:12])
        for each in found
        for role, serving in each.roles.items()
    ]
    if as_json:
        write_json([asdict(each) for each in found])
    elif markdown:
        write(_markdown(rows))
    else:
        write_rows(_HEAD, rows, {"model": "cyan"})


def _releases(file: Path | None, catalogue: str | None, *, from_git: bool) -> tuple[Release, ...]:
    with needs("cli"):
        from registry.provenance.releases import read_releases, releases_file

    if file is not None:
        return read_releases(file)
    place = catalogue_for(catalogue).place
    usual = releases_file(place)
    if from_git or not os.path.lexists(usual):
        return _from_git(place)
    return read_releases(usual)


def _from_git(place: Place) -> tuple[Release, ...]:
    from registry.provenance.serving import git_history

    options = place.options
    if options is None:
        # A package: no repository here is its history, unless it is this very one.
        return git_history().releases if place.said_by == "installed" else ()
    merged = options.merged if options.extends else None
    found = git_history(
        os.path.relpath(options.catalogue_path),
        None if merged is None else os.path.relpath(options.root / merged),
        root=os.path.relpath(options.root),
    )
    if found.incomplete:
        inform(
            f"what {', '.join(found.incomplete)} took from {options.extends} is not in Git, so "
            f"roles that only {options.extends} selected are missing there; commit {merged} with "
            "each release, or record releases with `registry release`"
        )
    return found.releases


def _markdown(rows: list[tuple[str, str, str, str, str]]) -> str:
    def line(cells: tuple[str, ...]) -> str:
        return f"| {' | '.join(plain(cell).replace('|', '&#124;') for cell in cells)} |\n"

    return line(_HEAD) + "|---" * len(_HEAD) + "|\n" + "".join(map(line, rows))
