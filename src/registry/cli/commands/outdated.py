"""`registry outdated`: models in use that have a successor, a newer commit or another license."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.stores import lock_if_there
from registry.cli.terminal.failure import PROBLEM, needs
from registry.cli.terminal.output import complain, counted, inform, write_json
from registry.cli.terminal.progress import progress
from registry.cli.terminal.table import write_rows
from registry.provenance.outdated import Outdated, moved, replaced
from registry.selection.roles import ROLES, is_selected, selection

if TYPE_CHECKING:
    from registry.hub.verification import Verification

Online = Annotated[
    bool,
    typer.Option("--online", help="Ask the Hub for newer commits and other licenses too."),
]
_COMMIT = 12  # characters of one that are shown
_HEAD = ("model", "why", "used", "now")


def outdated(
    online: Online = False,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """List models in use that something newer replaces.

    The catalogue says which models are deprecated and what supersedes them. With --online the Hub
    is asked whether the repository has a newer commit than the one in use, or another license.

    Example: registry outdated --online
    """
    here = catalogue_for(catalogue)
    used = _used(here)
    entries = [entry for entry in here.data["models"] if entry["id"] in used]
    found = list(replaced(entries))
    failures: dict[str, str] = {}
    if online:
        verified = _verified(here, used)
        found += moved(verified)
        failures = {each.id: each.failure for each in verified if each.failure is not None}
    if as_json:
        write_json({"outdated": [asdict(each) for each in found], "failures": failures})
    else:
        write_rows(_HEAD, [_row(each) for each in found], {"model": "cyan"})
        for model_id, why in failures.items():
            complain(f"{model_id} cannot be checked: {why}")
        asked = "" if online else "; --online asks for newer commits and other licenses"
        inform(f"{counted(entries, 'model')} in use, {len(_ids(found))} outdated{asked}")
    if found or failures:
        raise typer.Exit(PROBLEM)


def _used(here: Catalogue) -> dict[str, str | None]:
    """The ids of the selected and locked models, and the commit at which each is locked."""
    given = here.given_as
    chosen = (selection(role, given).model.id for role in ROLES if is_selected(role, given))
    used: dict[str, str | None] = dict.fromkeys(chosen)
    return used | {name: model.revision for name, model in lock_if_there().models.items()}


def _verified(here: Catalogue, used: dict[str, str | None]) -> tuple[Verification, ...]:
    with needs("hub"):
        from registry.hub.elsewhere import open_locked
        from registry.hub.verification import verify_entries

    asked = [
        replace(entry, revision=used[entry.id] or entry.revision)
        for entry in here.entries
        if entry.id in used
    ]
    locked = lock_if_there().models.values()
    with progress(len(asked), "asking") as advance:
        return verify_entries(asked, open_locked(locked), done=lambda _: advance())


def _ids(found: list[Outdated]) -> set[str]:
    return {each.id for each in found}


def _row(each: Outdated) -> tuple[str, str, str, str]:
    length = _COMMIT if each.reason == "commit" else None
    return (each.id, each.reason, (each.used or "-")[:length], (each.now or "-")[:length])
