"""`registry bom`: a bill of materials of models, for the programs that read such documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from registry.catalogue.codegen import __version__
from registry.catalogue.here import Catalogue
from registry.cli.options.asked import asked_entries
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.terminal.failure import USAGE, CommandError, needs
from registry.cli.terminal.output import complain, counted, write
from registry.files.lock_file import Lock, find_lock, read_lock
from registry_base.atomic_write import write_if_changed

Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ID]...", help="Only these; `default` for the selected models; else all."
    ),
]
Locked = Annotated[bool, typer.Option("--locked", help="Only what models.lock.json holds.")]
Output = Annotated[
    Path | None, typer.Option("--output", help="The file to write; standard output without it.")
]


def bom(
    keys: Keys = None,
    locked: Locked = False,
    output: Output = None,
    catalogue: CatalogueOption = None,
) -> None:
    """Write a bill of materials in CycloneDX 1.6.

    Each model is a component with its package URL at the pinned commit, license, base model,
    measured quality and facts; models in the lock also list their files with SHA-256. The same
    catalogue and lock give the same bytes.

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
    with needs("cli"):
        from registry.provenance.bill_of_materials import bill_of_materials
    text = bill_of_materials(
        entries,
        lock,
        name=here.name,
        version=str(here.data.get("version") or "0"),
        tool=__version__,
    )
    if output is None:
        write(text)
        return
    try:
        changed = write_if_changed(output, text)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from None
    state = "written" if changed else "up to date"
    complain(f"{output}: {counted(entries, 'model')}, {state}")


def _asked(here: Catalogue, keys: list[str] | None, lock: Lock | None) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = here.data["models"]
    if keys:
        ids = set(keys) & here.behind_apis.keys()  # these have no files, but a bill
        if rest := [key for key in keys if key not in ids]:
            ids |= {entry.id for entry in asked_entries(here, rest)}
        entries = [entry for entry in entries if entry["id"] in ids]
    if lock is not None:
        for model_id in sorted(lock.models.keys() - {entry["id"] for entry in here.data["models"]}):
            complain(f"{model_id} is locked but not in the catalogue {here.name}; left out")
        entries = [entry for entry in entries if entry["id"] in lock.models]
    return entries
