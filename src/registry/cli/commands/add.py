"""`registry add`: entries of the catalogue, read from repositories of the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.catalogue.codegen import render_entry, require_extra
from registry.cli.options.catalogue import CatalogueOption, file_for
from registry.cli.options.parameters import AsJson
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError, needs
from registry.cli.terminal.output import complain, inform, write, write_json
from registry.cli.terminal.progress import progress

if TYPE_CHECKING:
    from registry.hub.adding import Addition

Repositories = Annotated[
    list[str], typer.Argument(metavar="HF_ID", help="Repositories of the Hub: org/name.")
]
Id = Annotated[
    str | None,
    typer.Option("--id", help="Id of the entry; by default the repository's name in kebab-case."),
]
Type = Annotated[
    str | None, typer.Option("--type", help="Model type, where the repository does not decide it.")
]
Fields = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Set a field that the files do not state, such as specs.parameters=568M. Repeatable.",
    ),
]
Revision = Annotated[
    str | None, typer.Option("--revision", help="Commit, branch or tag; by default the head.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the entries instead of writing them.")
]


def add(
    repositories: Repositories,
    model_id: Id = None,
    as_type: Type = None,
    revision: Revision = None,
    fields: Fields = None,
    catalogue: CatalogueOption = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add repositories of the Hub, with facts read from their files.

    Only configurations and the headers of weights are read, at the commit that the entry is
    pinned to. What cannot be known is left out, and reported on stderr. Fails if a repository could
    not be added; the others are.

    Example: registry add BAAI/bge-m3 --dry-run
    """
    repositories = list(dict.fromkeys(repositories))
    if len(repositories) > 1 and (model_id or revision or fields):
        raise CommandError("--id, --revision and --set are for one repository", USAGE)
    path = file_for(catalogue)
    additions = _added(
        path, repositories, model_id, as_type, revision, fields or [], dry_run=dry_run
    )
    if as_json:
        write_json({"catalogue": str(path), "dry_run": dry_run, **_records(additions)})
    else:
        _show(path, additions, dry_run=dry_run)
    if any(each.failure for each in additions):
        raise typer.Exit(PROBLEM)


def _added(
    path: Path,
    repositories: list[str],
    model_id: str | None,
    model_type: str | None,
    revision: str | None,
    fields: list[str],
    *,
    dry_run: bool,
) -> list[Addition]:
    require_extra()
    with needs("hub"):
        from registry.catalogue.editing import CatalogueFile, editing
        from registry.hub.adding import (
            Addition,
            add_entries,
            already_there,
            describe_repositories,
            entries_underneath,
        )
        from registry.hub.given import parse_fields
        from registry.hub.remote import open_remote

    given = parse_fields(fields)
    file = CatalogueFile.read(path, create=True)
    underneath = entries_underneath(file)
    known = [*file.entries, *underneath]
    there = {
        name: message
        for name in repositories
        if (message := already_there(name, known, model_type))
    }
    wanted = [name for name in repositories if name not in there]
    with progress(len(wanted), "reading") as advance:
        found = describe_repositories(
            wanted, open_remote, revision=revision, model_type=model_type, done=advance
        )
    if dry_run:
        added = add_entries(file, found, model_id, given, underneath)
    elif any(each.description for each in found):
        with editing(path, create=True, as_read=file) as file:
            added = add_entries(file, found, model_id, given, underneath)
    else:
        added = found
    by_name = {each.huggingface_id: each for each in added}
    for name, message in there.items():
        by_name[name] = Addition(name, failure=message)
    return [by_name[name] for name in repositories]


def _show(path: Path, additions: list[Addition], *, dry_run: bool) -> None:
    for each in additions:
        if each.failure is not None:
            complain(each.failure)
        elif each.entry is not None and each.description is not None:
            if dry_run:
                write(f"{render_entry(dict(each.entry), indent='')}\n")
            else:
                why = f"{each.entry['type']}: {each.description.type_reason}"
                write(f"{path}: {each.entry['id']} added ({why})\n")
            for field, reason in each.left_out.items():
                inform(f"{each.entry['id']}: left out {field}: {reason}")


def _records(additions: list[Addition]) -> dict[str, Any]:
    return {
        "added": [
            {
                "huggingface_id": each.huggingface_id,
                "entry": each.entry,
                "type_reason": each.description.type_reason,
                "left_out": dict(each.left_out),
            }
            for each in additions
            if each.entry is not None and each.description is not None
        ],
        "failed": [
            {"huggingface_id": each.huggingface_id, "error": each.failure}
            for each in additions
            if each.failure is not None
        ],
    }
