"""`registry verify`: the catalogue against the Hub, or against what is in the cache."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.catalogue.entries import Entry, entries_named
from registry.cli.options.catalogue import CatalogueOption, catalogue_for, file_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.stores import lock_if_there
from registry.cli.terminal.failure import PROBLEM, needs
from registry.cli.terminal.output import complain, counted, inform, report, write_json
from registry.cli.terminal.progress import progress
from registry.cli.terminal.table import write_rows
from registry.errors import CatalogueFileError

if TYPE_CHECKING:
    from registry.catalogue.here import Catalogue
    from registry.hub.source import RepositorySource
    from registry.hub.verification import FieldCheck, Verification

Keys = Annotated[
    list[str] | None, typer.Argument(metavar="ID", help="Entries to verify; by default all.")
]
Local = Annotated[
    bool,
    typer.Option(
        "--local", help="Verify against the Hugging Face cache, without network requests."
    ),
]
Fix = Annotated[
    bool, typer.Option("--fix", help="Correct entries where the repositories state otherwise.")
]


def verify(
    keys: Keys = None,
    local: Local = False,
    fix: Fix = False,
    catalogue: CatalogueOption = None,
    as_json: AsJson = False,
) -> None:
    """Check entries against their repositories at the pinned commit.

    Dimensions, vocabulary, context, parameters, license, files, projection. What is only inferred
    from a repository is marked so, and --fix leaves it, the type and trust_remote_code to you. Says
    where the head of a repository has moved past the pin. Fails if a field differs or an entry
    cannot be checked; with --local, entries that are not in the cache are left out unless named.

    Example: registry verify bge-m3 --local
    """
    here = catalogue_for(catalogue)
    path = file_for(catalogue) if fix else None
    entries, refuted = _entries(here)
    served: Mapping[str, str] = {} if refuted else here.behind_apis
    asked = entries_named(entries, keys, served, here.left_out.why) if keys else entries
    found = _verified(asked, entries, local=local)
    skipped: list[str] = []
    if local and not keys:
        skipped = [each.id for each in found if each.failure is not None]
        found = tuple(each for each in found if each.failure is None)
    fixable = {each.id for each in found if each.to_fix} if fix else set[str]()
    left = _left(path, found) if path is not None and fixable else {}
    fixed = fixable - left.keys()
    differing = {
        each.id
        for each in found
        if any(each.id not in fixed or not check.decides for check in each.differences)
    }
    if as_json:
        write_json({"models": [_record(each) for each in found], "not_in_cache": skipped})
    else:
        _show(found, skipped)
    for model_id, why in left.items():
        complain(f"{model_id} is left as it is: {why}")
    if refuted and not fixed:
        report(refuted)
    if not as_json:
        checked = [each for each in found if each.failure is None]
        states = [f"{len(fixed)} fixed"] if fix else []
        if differing or not fix:
            states.append(f"{len(differing)} differ")
        inform(f"{counted(checked, 'model')} checked, {', '.join(states)}")
    if differing or any(each.failure for each in found) or (refuted and not fixed):
        raise typer.Exit(PROBLEM)


def _entries(here: Catalogue) -> tuple[tuple[Entry, ...], str]:
    """The entries to check, and what rules object to in them: the repositories may mend it."""
    try:
        return here.entries, ""
    except CatalogueFileError as error:
        return here.entries_to_mend, str(error)


def _verified(
    asked: tuple[Entry, ...], among: tuple[Entry, ...], *, local: bool
) -> tuple[Verification, ...]:
    with needs("hub"):
        from registry.hub.cached import open_cached
        from registry.hub.elsewhere import open_locked
        from registry.hub.verification import verify_entries

    def _cached(name: str, revision: str | None) -> RepositorySource:
        return open_cached(name, revision)

    with progress(len(asked), "verifying") as advance:
        return verify_entries(
            asked,
            _cached if local else open_locked(lock_if_there().models.values()),
            compare_head=not local,
            among=among,
            done=lambda _: advance(),
        )


def _left(path: Path, found: tuple[Verification, ...]) -> dict[str, str]:
    """Fix what differs; by id, why an entry is left as it is."""
    from registry.catalogue.editing import editing
    from registry.hub.fixing import fix_entries

    with editing(path) as file:
        return fix_entries(file, found)


def _record(each: Verification) -> dict[str, Any]:
    return {**asdict(each), "clean": each.clean}


def _show(found: tuple[Verification, ...], skipped: list[str]) -> None:
    rows = [
        (each.id, check.path, _shown(check.catalogue), _shown(check.found), _from(check))
        for each in found
        for check in each.differences
    ]
    write_rows(("model", "field", "catalogue", "repository", "from"), rows, {"model": "cyan"})
    for each in found:
        if each.moved is not None:
            inform(f"{each.id}: the head has moved past the pin to {each.moved}")
        if each.failure is not None:
            complain(f"{each.id} cannot be checked: {each.failure}")
    if skipped:
        inform(f"{counted(skipped, 'model')} not in the cache, left out")


def _from(check: FieldCheck) -> str:
    return check.origin if check.kind == "stated" else f"{check.origin} ({check.kind})"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
