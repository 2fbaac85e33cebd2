"""What is here, compared with the catalogue: `registry ls`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from registry.catalogue.entries import Entry
from registry.files.lock_file import Lock, LockedModel
from registry.files.stored import StoredModel
from registry.ollama.models import full_tag
from registry.ollama.sharing import shared_name
from registry.store.exported import is_current

State = Literal["pinned", "unpinned", "other revision", "other exporter", "not in the catalogue"]


@dataclass(frozen=True)
class Held:
    """A model that is here, and how it relates to the catalogue.

    entries: those whose model or variant it is; several may name one repository. state: "pinned":
    exactly what the lock or the catalogue says; "unpinned": they do not say; "other revision": they
    say another one; "other exporter": an export that another version of this program made, and this
    one does not load; "not in the catalogue": it belongs to no entry.
    """

    stored: StoredModel
    entries: tuple[Entry, ...]
    state: State

    @property
    def label(self) -> str:
        """The ids in the catalogue, else the name in the store."""
        return ", ".join(entry.id for entry in self.entries) or self.stored.name


@dataclass(frozen=True)
class Inventory:
    """What is here, and the entries without any files here."""

    held: tuple[Held, ...]
    absent: tuple[Entry, ...]


def take_inventory(
    entries: Sequence[Entry], stored: Iterable[StoredModel], lock: Lock
) -> Inventory:
    """Match what is stored with entries: by repository, by Ollama tag, by shared name.

    Entries keep their order; revisions of one model are together, and what belongs to no entry
    comes last.
    """
    repositories: defaultdict[str, list[Entry]] = defaultdict(list)
    tags: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        for name in repository_names(entry):
            repositories[name.casefold()].append(entry)
        for tag in ollama_tags(entry):
            tags[tag].append(entry)
        tags[shared_name(entry.id)].append(entry)
    held: list[Held] = []
    for model in stored:
        if model.store == "ollama":
            tag = full_tag(model.name)
            found = tags.get(tag) or tags.get(tag.partition(":")[0], [])
        else:
            found = repositories.get(model.name.casefold(), [])
        held.append(Held(model, tuple(found), _state(model, found, lock)))
    here = {entry.id for each in held for entry in each.entries}
    order = {entry.id: place for place, entry in enumerate(entries)}
    held.sort(key=lambda each: order[each.entries[0].id] if each.entries else len(order))
    return Inventory(tuple(held), tuple(entry for entry in entries if entry.id not in here))


def repository_names(entry: Entry) -> set[str]:
    """The repositories on the Hub that hold a model: its own, and those of its variants."""
    variants = {variant.huggingface_id for variant in entry.variants if variant.huggingface_id}
    return {entry.huggingface_id, *variants}


def ollama_tags(entry: Entry) -> set[str]:
    """The full tags under which Ollama may have a model: its own, and those of its variants."""
    tags = (entry.ollama_tag, *(variant.ollama_tag for variant in entry.variants))
    return {full_tag(tag) for tag in tags if tag}


def pins_of(entry: Entry, repository: str, locked: LockedModel | None = None) -> set[str]:
    """The commits of a repository that an entry names; of its own, the locked one if given."""
    name = repository.casefold()
    pins = [v.revision for v in entry.variants if (v.huggingface_id or "").casefold() == name]
    if entry.huggingface_id.casefold() == name:
        pins.append(entry.revision if locked is None else locked.revision)
    return {pin for pin in pins if pin is not None}


def _state(model: StoredModel, entries: Iterable[Entry], lock: Lock) -> State:
    wanted = [_wanted(model, entry, lock) for entry in entries]
    if not wanted:
        return "not in the catalogue"
    if model.build is not None and not is_current(model.build):
        return "other exporter"
    pins = set[str]().union(*wanted)
    if model.revision in pins:
        return "pinned"
    return "other revision" if all(wanted) else "unpinned"


def _wanted(model: StoredModel, entry: Entry, lock: Lock) -> set[str]:
    """The revisions of a stored model that an entry asks for; none if it does not say."""
    locked = lock.models.get(entry.id)
    if model.store == "ollama":
        ollama = None if locked is None else locked.ollama
        same = ollama is not None and full_tag(ollama.tag) == full_tag(model.name)
        return {ollama.digest} if ollama is not None and same else set()
    return pins_of(entry, model.name, locked)
