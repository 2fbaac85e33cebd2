"""`registry prune`: list what is not needed any more, and remove it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.stores import (
    CacheDir,
    OllamaHost,
    build_record,
    counts,
    lock_here,
    read_stores,
    write_builds,
)
from registry.cli.terminal.confirm import confirm
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError
from registry.cli.terminal.output import complain, counted, inform, write_json
from registry.cli.terminal.progress import progress
from registry.cli.terminal.sizes import human_size, size_cell
from registry.selection.pyproject import find_pyproject, read_protected
from registry.selection.roles import ROLES, is_selected, selection

if TYPE_CHECKING:
    from registry.store.leftovers import Leftover
    from registry.store.pruning import Candidate, Removal

ListUnused = Annotated[
    bool, typer.Option("--list-unused", help="Only list what --unselected would remove.")
]
Unselected = Annotated[
    bool,
    typer.Option(
        "--unselected",
        help="Also unselected models of the catalogue, and revisions that are not pinned.",
    ),
]
Unlisted = Annotated[
    bool,
    typer.Option(
        "--unlisted", help="Also models that are not in the catalogue; other programs may use them."
    ),
]
Keep = Annotated[
    list[str] | None, typer.Option("--keep-models", help="Pattern of ids to keep. Repeatable.")
]
OlderThan = Annotated[
    int | None,
    typer.Option(
        "--older-than",
        min=0,
        max=36_500,
        metavar="DAYS",
        help="Only models not read in that many days; Ollama does not record this, so its models "
        "are kept.",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be removed, and remove nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]


_LEFT = {
    "huggingface": "a download was cut short",
    "exports": "an export, or its removal, was cut short",
}


def prune(
    list_unused: ListUnused = False,
    unselected: Unselected = False,
    unlisted: Unlisted = False,
    keep_models: Keep = None,
    older_than: OlderThan = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    as_json: AsJson = False,
) -> None:
    """Remove revisions and exports of models that nothing refers to, and leftovers.

    Shows what would be removed and how much that frees, then asks. Models that [tool.registry]
    protected in pyproject.toml names are never removed: protected = ["qwen2.5-coder*", "mistral*"].

    Example: registry prune --older-than 90 --dry-run
    """
    if not all(keep_models or ()):
        raise CommandError("an empty pattern of --keep-models keeps nothing", USAGE)
    from registry.store.inventory import take_inventory
    from registry.store.leftovers import leftovers, remove_leftovers
    from registry.store.pruning import prunable, remove

    pyproject = find_pyproject()
    protected = () if pyproject is None else read_protected(pyproject)
    here = catalogue_for(catalogue)
    stores = read_stores(cache_dir, ollama_host)
    inventory = take_inventory(here.entries, stores.models, lock_here())
    since = None if older_than is None else datetime.now(UTC) - timedelta(days=older_than)
    found = prunable(
        inventory.held,
        selected=_selected(here) if unselected or list_unused else None,
        unlisted=unlisted,
        keep=keep_models or (),
        protected=protected,
        unused_since=since,
    )
    parts = leftovers(cache_dir, keep=(*(keep_models or ()), *protected), unused_since=since)
    freed = sum(each.frees for each in found) + sum(each.bytes for each in parts)
    if not as_json:
        _show(found, parts, freed)
    removals: tuple[Removal, ...] = ()
    removes = bool(found or parts) and not (dry_run or list_unused)
    left: list[tuple[Leftover, str]] = []
    if removes:
        if not yes:
            _ask(as_json=as_json)
        with progress(len(found), "removing") as advance:
            removals = remove(
                found, cache_dir=cache_dir, host=ollama_host, done=lambda _: advance()
            )
        left = list(remove_leftovers(parts))
    failed = [each for each in removals if each.failure is not None]
    if as_json:
        write_json(
            {
                "candidates": [_record(each) for each in found],
                "leftovers": [_part(each) for each in parts],
                "bytes": freed,
                "removed": removes,
                "failures": [
                    *(_record(each.candidate) | {"error": each.failure} for each in failed),
                    *(_part(each) | {"error": why} for each, why in left),
                ],
            }
        )
    elif removes:
        gone = [each for each in removals if each.failure is None]
        removed = counts(each.candidate.held.stored for each in gone)
        if parts:
            removed.append(counted(parts[len(left) :], "leftover"))
        inform(f"{', '.join(removed)} removed")
    for each in failed:
        stored = each.candidate.held.stored
        which = f" for {stored.build}" if stored.build else ""
        complain(f"{stored.name} at {_short(stored.revision)}{which} stays: {each.failure}")
    for part, why in left:
        complain(f"{part.path} stays: {why}")
    if failed or left:
        raise typer.Exit(PROBLEM)


def _selected(here: Catalogue) -> set[str]:
    given = here.given_as
    return {selection(role, given).model.id for role in ROLES if is_selected(role, given)}


def _show(found: tuple[Candidate, ...], parts: tuple[Leftover, ...], freed: int) -> None:
    rows = [
        (
            each.held.label,
            each.held.stored.store,
            _short(each.held.stored.revision),
            size_cell(each.frees),
            each.reason,
        )
        for each in found
    ]
    rows += [
        (each.huggingface_id, each.store, "", size_cell(each.bytes), _LEFT[each.store])
        for each in parts
    ]
    builds = [*(each.held.stored.build for each in found), *(each.build for each in parts)]
    write_builds(("model", "store", "revision", "frees", "why"), rows, builds)
    inform(f"{human_size(freed)} to free" if rows else "nothing to remove")


def _short(revision: str) -> str:
    return revision.removeprefix("sha256:")[:12]


def _ask(*, as_json: bool) -> None:
    otherwise = "pass --yes to remove, or --dry-run to look"
    if as_json:  # a question would stand within the data
        raise CommandError(f"cannot ask for confirmation without a terminal; {otherwise}", USAGE)
    confirm("Remove them?", otherwise=otherwise)


def _part(each: Leftover) -> dict[str, Any]:
    return {
        "name": each.huggingface_id,
        "store": each.store,
        "file": str(each.path),
        "bytes": each.bytes,
    }


def _record(each: Candidate) -> dict[str, Any]:
    stored = each.held.stored
    return {
        "id": each.held.entries[0].id if each.held.entries else None,
        "name": stored.name,
        "store": stored.store,
        "revision": stored.revision,
        **build_record(stored.build),
        "bytes": each.frees,
        "reason": each.reason,
    }
