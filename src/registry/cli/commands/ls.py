"""`registry ls`: which models are on this machine."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from registry.cli.terminal.output import counted, inform, write_json
from registry.cli.terminal.sizes import size_cell
from registry.cli.terminal.table import write_rows

if TYPE_CHECKING:
    from registry.store.inventory import Held

Absent = Annotated[
    bool, typer.Option("--absent", help="Show entries that are not on this machine.")
]


def ls(
    absent: Absent = False,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    as_json: AsJson = False,
) -> None:
    """List the models on this machine.

    Weights and exports, with size, revision compared with the pin, and last use. In a pipe one line
    each, tab-separated: model, store, revision, state, bytes, last used, engine of an export.

    Example: registry ls --absent
    """
    from registry.store.inventory import take_inventory

    stores = read_stores(cache_dir, ollama_host)
    inventory = take_inventory(catalogue_for(catalogue).entries, stores.models, lock_here())
    if as_json:
        write_json(
            {
                "models": [_record(each) for each in inventory.held],
                "absent": [entry.id for entry in inventory.absent],
                "stores": stores.reached,
            }
        )
    elif absent:
        rows = [(entry.id, entry.type, entry.huggingface_id) for entry in inventory.absent]
        write_rows(("model", "type", "repository"), rows, {"model": "cyan"})
    else:
        head = ("model", "store", "revision", "state", "size", "last used")
        models = [each.stored for each in inventory.held]
        write_builds(head, list(map(_row, inventory.held)), [model.build for model in models])
        here, missing = " and ".join(counts(models)), counted(inventory.absent, "catalogue model")
        inform(f"{here} here; {missing} not on this machine: see --absent")


def _row(each: Held) -> tuple[str, ...]:
    stored = each.stored
    return (
        each.label,
        stored.store,
        stored.revision.removeprefix("sha256:")[:12],
        each.state,
        size_cell(stored.size),
        _day(stored.last_used),
    )


def _day(moment: datetime | None) -> str:
    return "-" if moment is None else moment.date().isoformat()


def _record(each: Held) -> dict[str, Any]:
    stored = each.stored
    return {
        "id": each.entries[0].id if each.entries else None,
        "ids": [entry.id for entry in each.entries],
        "name": stored.name,
        "store": stored.store,
        "revision": stored.revision,
        **build_record(stored.build),
        "state": each.state,
        "bytes": stored.size,
        "files": stored.files,
        "last_used": None if stored.last_used is None else stored.last_used.isoformat(),
        "path": None if stored.path is None else str(stored.path),
    }
