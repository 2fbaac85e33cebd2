"""`registry bom`: a bill of materials of models, for programs that read such documents."""

from __future__ import annotations

from datetime import UTC, datetime
from os import environ
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from registry.catalogue.codegen import __version__
from registry.catalogue.here import Catalogue
from registry.cli.options.asked import asked_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import counted, inform, write
from registry.files.lock_file import Lock, find_lock, read_lock
from registry_base.atomic_write import write_if_changed
from registry_base.spellings import ids_named

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID", help="Models to list; `default` for the selected ones; by default all."
    ),
]
Locked = Annotated[bool, typer.Option("--locked", help="Only what models.lock.json holds.")]
Format = Annotated[
    Literal["cyclonedx", "spdx"], typer.Option("--format", help="CycloneDX 1.6, or SPDX 3.0.1.")
]
Output = Annotated[
    Path | None, typer.Option("--output", help="File to write; by default standard output.")
]


def bom(
    keys: Keys = None,
    locked: Locked = False,
    form: Format = "cyclonedx",
    output: Output = None,
    catalogue: CatalogueOption = None,
) -> None:
    """Write a bill of materials in CycloneDX or SPDX.

    Each model is listed with its package URL at the pinned commit, license, base model, measured
    quality and facts; models in the lock also list their files with SHA-256. The same catalogue
    and lock give the same bytes: the date in SPDX is the `as_of` of the catalogue, or
    SOURCE_DATE_EPOCH.

    Example: registry bom --locked --output models.cdx.json
    """
    here = catalogue_for(catalogue)
    path = find_lock()
    if locked and path is None:
        raise CommandError(
            "--locked: there is no models.lock.json here; run `registry lock`", USAGE
        )
    lock = read_lock(path) if path is not None and path.exists() else Lock()
    entries = _asked(here, keys, lock if locked else None)
    about: dict[str, str] = {
        "name": here.name,
        "version": str(here.data.get("version") or "0"),
        "tool": __version__,
    }
    with needs("cli"):
        from registry.provenance.bill_of_materials import bill_of_materials
        from registry.provenance.spdx import spdx_document
    if form == "spdx":
        text = spdx_document(entries, lock, created=_created(here), **about)
    else:
        text = bill_of_materials(entries, lock, **about)
    if output is None:
        write(text)
        return
    try:
        changed = write_if_changed(output, text)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from None
    state = "written" if changed else "up to date"
    inform(f"{output}: {counted(entries, 'model')}, {state}")


def _asked(here: Catalogue, keys: list[str] | None, lock: Lock | None) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = here.data["models"]
    if keys:
        named = {key: ids_named(here.names, key) for key in keys}
        apis = {
            key: found[0]
            for key, found in named.items()
            if len(found) == 1 and found[0].casefold() in here.behind_apis
        }
        ids = set(apis.values())  # these have no files, but a bill
        if rest := [key for key in keys if key not in apis]:
            ids |= {entry.id for entry in asked_entries(here, rest)}
        entries = [entry for entry in entries if entry["id"] in ids]
    if lock is not None:
        for model_id in sorted(lock.models.keys() - {entry["id"] for entry in here.data["models"]}):
            inform(f"{model_id} is locked but not in the catalogue {here.name}; left out")
        entries = [entry for entry in entries if entry["id"] in lock.models]
    return entries


def _created(here: Catalogue) -> str:
    """When the document counts as made: never the time of day, or two runs would differ."""
    epoch, day = environ.get("SOURCE_DATE_EPOCH", ""), here.data.get("as_of")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        except (ValueError, OverflowError, OSError):
            raise CommandError(
                f"SOURCE_DATE_EPOCH is {epoch!r}; set it to seconds since 1970, or unset it", USAGE
            ) from None
    if not day:
        raise CommandError(
            'SPDX requires a date: add "as_of": "YYYY-MM-DD" to the catalogue, '
            "or set SOURCE_DATE_EPOCH",
            USAGE,
        )
    return f"{day}T00:00:00Z"
