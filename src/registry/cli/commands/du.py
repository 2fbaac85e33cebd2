"""`registry du`: what the models take on disk."""

from __future__ import annotations

from dataclasses import asdict

from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.parameters import AsJson
from registry.cli.options.stores import CacheDir, OllamaHost, lock_here, read_stores
from registry.cli.terminal.output import write_json
from registry.cli.terminal.sizes import size_cell
from registry.cli.terminal.table import write_rows


def du(
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    ollama_host: OllamaHost = None,
    as_json: AsJson = False,
) -> None:
    """Show how much space models take on disk.

    Weights in the Hugging Face cache and in Ollama, and exports for engines. What revisions or
    models share counts once. In a pipe one line each, tab-separated: bytes,
    model, store or sum.

    Example: registry du --json
    """
    from registry.ollama.models import held_blobs
    from registry.store.inventory import take_inventory
    from registry.store.usage import disk_usage

    stores = read_stores(cache_dir, ollama_host)
    inventory = take_inventory(catalogue_for(catalogue).entries, stores.models, lock_here())
    both = held_blobs(stores.digests, ollama_host) if "ollama" in stores.reached else ()
    usage = disk_usage(inventory.held, [stores.digests[digest] for digest in both])
    if as_json:
        write_json(asdict(usage))
        return
    rows = [(size_cell(size), name) for name, size in usage.models.items()]
    rows += [(size_cell(size), f"in {store}") for store, size in usage.stores.items()]
    if usage.linked:
        rows.append((size_cell(usage.linked), "shared by the cache and Ollama (one file)"))
    rows.append((size_cell(usage.total), "total"))
    if usage.twice:
        rows.append((size_cell(usage.twice), "of it held by both the cache and Ollama"))
    write_rows(("size", "model"), rows, {"model": "cyan"})
