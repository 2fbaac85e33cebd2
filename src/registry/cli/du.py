"""`registry du`: what the models take on disk."""

from __future__ import annotations

from dataclasses import asdict

from registry.cli.catalogue import CatalogueOption, entries_here
from registry.cli.output import write_json
from registry.cli.parameters import AsJson
from registry.cli.sizes import human_size
from registry.cli.stores import CacheDir, OllamaHost, lock_here, read_stores
from registry.cli.table import write_rows


def du(
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    as_json: AsJson = False,
) -> None:
    """Show what models take on disk: by model, by store, together, and what is there twice.

    What revisions of one model share counts once.
    """
    from registry.store.inventory import disk_usage, take_inventory

    stores = read_stores(cache_dir, ollama_host)
    inventory = take_inventory(entries_here(catalogue), stores.models, lock_here())
    usage = disk_usage(inventory.held, stores.sizes, stores.twice)
    if as_json:
        write_json(asdict(usage))
        return
    rows = [(human_size(size), name) for name, size in usage.models.items()]
    rows += [(human_size(size), f"in {store}") for store, size in usage.stores.items()]
    rows.append((human_size(usage.total), "in all"))
    if usage.twice:
        rows.append((human_size(usage.twice), "of it held by both stores"))
    write_rows(("size", "model"), rows, {"model": "cyan"})
