"""`registry scan [PATH]...`: hard-coded models, and wrong facts next to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from registry.catalogue.codegen import __version__
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import counted, inform, on_terminal, write_json
from registry.cli.terminal.table import write_rows
from registry.scan.findings import CODES, Scan

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATH", help="Files and folders; by default this folder."),
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="CODE", help=f"Report only {', '.join(CODES)}; repeatable."),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="CODE", help="Do not report findings of this kind."),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="PATTERN", help="Skip files that match, as in .gitignore."),
]
AsSarif = Annotated[bool, typer.Option("--sarif", help="Write SARIF 2.1.0.")]


def scan(
    paths: Paths = None,
    only: Only = None,
    ignore: Ignore = None,
    exclude: Exclude = None,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
    as_sarif: AsSarif = False,
) -> None:
    """Find models that are hard-coded in code and settings.

    Reads Python, notebooks, YAML, TOML, JSON, .env files and Dockerfiles. Reports the constant to
    use, numbers that contradict the catalogue, former names, weights loaded without a revision, and
    repositories of known organizations that the catalogue lacks. A comment `# registry: ignore`
    silences its line. Fails if it finds anything. In a pipe one line per finding, tab-separated:
    file:line:column, code, name, constant, message.

    Example: registry scan src --only hard-coded
    """
    if as_json and as_sarif:
        raise CommandError("--json and --sarif exclude each other", USAGE)
    codes = _codes(only or list(CODES)) - _codes(ignore or [])
    here = catalogue_for(catalogue)
    with needs("cli"):
        from registry.scan.scanning import scan as scan_files

    found = scan_files(paths or [Path()], here.given_as, excluded=exclude or [])
    kept = Scan(
        tuple(each for each in found.findings if each.code in codes), found.skipped, found.files
    )
    if as_sarif:
        from registry.scan.sarif import sarif

        write_json(sarif(kept, __version__))
    elif as_json:
        write_json(asdict(kept))
    else:
        _show(kept)
    if kept.findings:
        raise typer.Exit(PROBLEM)


def _codes(given: list[str]) -> set[str]:
    for code in given:
        if code not in CODES:
            raise CommandError(f"there is no code {code!r}; there are {', '.join(CODES)}", USAGE)
    return set(given)


def _show(found: Scan) -> None:
    rows: list[tuple[str, ...]] = [
        (
            each.place,
            each.code,
            each.name,
            " or ".join(each.constants),
            each.message if each.cell is None else f"{each.message} (cell {each.cell})",
        )
        for each in found.findings
    ]
    if on_terminal():  # narrower: what to do names the constant
        rows = [(place, code, name, what) for place, code, name, _, what in rows]
    write_rows(("place", "code", "name", "what"), rows, {"place": "cyan", "code": "bold"})
    for each in found.skipped:
        inform(f"{each.path}: {each.reason}")
    counts = Counter(each.code for each in found.findings)
    said = [f"{counts[code]} {code}" for code in CODES if counts[code]]
    files = counted(range(found.files), "file")
    inform(f"{files}: {', '.join(said) or 'no hard-coded models'}")
