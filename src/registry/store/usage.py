"""What the models take on disk: `registry du`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from registry.files.stored import StoreName
from registry.store.inventory import Held


@dataclass(frozen=True)
class Usage:
    """Bytes on disk: by model (the largest first), by store, and together.

    twice: bytes of which both the cache and Ollama have a copy. linked: bytes that they have as one
    file with two names, and count once in `total`.
    """

    models: Mapping[str, int]
    stores: Mapping[StoreName, int]
    total: int
    twice: int
    linked: int


def disk_usage(held: Iterable[Held], both: Collection[str] = ()) -> Usage:
    """Add up what is held, in bytes; a blob that several models have counts once.

    both: blobs of the cache that Ollama holds too.
    """
    by_model: defaultdict[str, dict[str, int]] = defaultdict(dict)
    by_store: defaultdict[StoreName, dict[str, int]] = defaultdict(dict)
    links: set[str] = set()
    for each in held:
        by_model[each.label].update(each.stored.blobs)
        by_store[each.stored.store].update(each.stored.blobs)
        links |= each.stored.linked
    models = {label: sum(blobs.values()) for label, blobs in by_model.items()}
    stores: dict[StoreName, int] = {store: sum(blobs.values()) for store, blobs in by_store.items()}
    cached = by_store["huggingface"]
    linked = sum(cached.get(blob, 0) for blob in both if blob in links)
    return Usage(
        dict(sorted(models.items(), key=lambda item: (-item[1], item[0]))),
        stores,
        sum(stores.values()) - linked,
        sum(cached.get(blob, 0) for blob in both if blob not in links),
        linked,
    )
