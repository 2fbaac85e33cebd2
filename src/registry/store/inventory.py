"""What is here beside what the catalogue has: `registry ls` and `registry du`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from registry.entries import Entry
from registry.lock_file import Lock
from registry.store.ollama_models import full_tag
from registry.store.share import shared_name
from registry.store.stored import StoredModel, StoreName

State = Literal["pinned", "unpinned", "other revision", "not in the catalogue"]


@dataclass(frozen=True)
class Held:
    """A model that is here, and what the catalogue makes of it.

    state: "pinned": just what the lock or the catalogue says; "unpinned": they do not say;
    "other revision": they say another one; "not in the catalogue": no entry is of it.
    """

    stored: StoredModel
    entry: Entry | None
    state: State

    @property
    def label(self) -> str:
        """The id in the catalogue, else the name in the store."""
        return self.stored.name if self.entry is None else self.entry.id


@dataclass(frozen=True)
class Inventory:
    """What is here, and the entries of which nothing is."""

    held: tuple[Held, ...]
    absent: tuple[Entry, ...]


@dataclass(frozen=True)
class Usage:
    """Bytes on disk: by model (the largest first), by store, together, and held by both stores."""

    models: Mapping[str, int]
    stores: Mapping[StoreName, int]
    total: int
    twice: int


def take_inventory(
    entries: Sequence[Entry], stored: Iterable[StoredModel], lock: Lock
) -> Inventory:
    """Match what is stored with entries: by repository, by Ollama tag, by what was shared.

    Entries keep their order; revisions of one model stand together.
    """
    repositories: dict[str, Entry] = {}
    tags: dict[str, Entry] = {}
    shared: dict[str, Entry] = {}
    for entry in entries:
        repositories.setdefault(entry.huggingface_id.casefold(), entry)
        for tag in ollama_tags(entry):
            tags.setdefault(tag, entry)
        shared.setdefault(shared_name(entry.id), entry)
    held: list[Held] = []
    for model in stored:
        if model.store == "huggingface":
            found = repositories.get(model.name.casefold())
        else:
            found = tags.get(full_tag(model.name)) or shared.get(model.name.partition(":")[0])
        held.append(Held(model, found, _state(model, found, lock)))
    here = {each.entry.id for each in held if each.entry is not None}
    order = {entry.id: place for place, entry in enumerate(entries)}
    held.sort(key=lambda each: order.get(each.entry.id, -1) if each.entry else len(order))
    return Inventory(tuple(held), tuple(entry for entry in entries if entry.id not in here))


def ollama_tags(entry: Entry) -> set[str]:
    """The full tags under which Ollama may have a model: its own, and those of its variants."""
    listed: Any = (entry.data or {}).get("variants") or ()
    variants = [variant.get("ollama_tag") for variant in listed]
    return {full_tag(tag) for tag in (entry.ollama_tag, *variants) if tag}


def _state(model: StoredModel, entry: Entry | None, lock: Lock) -> State:
    if entry is None:
        return "not in the catalogue"
    locked = lock.models.get(entry.id)
    if model.store == "huggingface":
        wanted = locked.revision if locked is not None else entry.revision
    else:
        ollama = locked.ollama if locked is not None else None
        same_tag = ollama is not None and full_tag(ollama.tag) == full_tag(model.name)
        wanted = ollama.digest if ollama is not None and same_tag else None
    if wanted is None:
        return "unpinned"
    return "pinned" if wanted == model.revision else "other revision"


def disk_usage(
    held: Iterable[Held], sizes: Mapping[StoreName, Mapping[str, int]], twice: int = 0
) -> Usage:
    """Add up what is held, in bytes.

    sizes: by store, name -> bytes on disk; what revisions of one repository share counts once.
    twice: bytes that both stores hold.
    """
    by_model: defaultdict[str, int] = defaultdict(int)
    by_store: defaultdict[StoreName, int] = defaultdict(int)
    counted: set[tuple[StoreName, str]] = set()
    for each in held:
        store, name = each.stored.store, each.stored.name
        if (store, name) not in counted:
            counted.add((store, name))
            by_model[each.label] += sizes[store][name]
            by_store[store] += sizes[store][name]
    models = dict(sorted(by_model.items(), key=lambda item: (-item[1], item[0])))
    return Usage(models, dict(by_store), sum(by_store.values()), twice)
