"""Compare models on disk with models.lock.json, every byte: `registry check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from registry.catalogue.entries import Entry
from registry.errors import HubError
from registry.files.digests import Digests
from registry.files.lock_file import Lock, LockedModel
from registry.files.stored import StoreName
from registry.hub.cached import FolderRepository
from registry.hub.snapshot import CachedSnapshot
from registry.hub.wanted_files import wanted_files
from registry.ollama.models import full_tag
from registry.threads import in_order

_CONCURRENT = 4  # reading and hashing; more would compete for the disk

State = Literal["as locked", "differs", "not here", "not locked"]


@dataclass(frozen=True)
class Checked:
    """A model in one store, or in none if it is not here or not locked.

    differences: a line for each file that is missing, truncated, changed or extra, or for Ollama's
    digest.
    """

    id: str
    state: State
    store: StoreName | None = None
    revision: str | None = None
    differences: tuple[str, ...] = ()


def check_models(
    entries: Iterable[Entry],
    lock: Lock,
    tags: Mapping[str, str],
    *,
    cache_dir: Path | None = None,
    done: Callable[[], None] = lambda: None,
) -> tuple[Checked, ...]:
    """Compare what is here of the entries with the lock, in their order; changes nothing.

    tags: full tag -> digest, as Ollama has them. Every file is read in full, whatever is remembered
    about it. `done` is called after each entry.
    """
    digests = Digests(fresh=True)

    def one(entry: Entry) -> list[Checked]:
        try:
            locked = lock.models.get(entry.id)
            if locked is None:
                return [Checked(entry.id, "not locked")]
            copies = (
                _in_cache(entry, locked, cache_dir, digests),
                _at_ollama(entry, locked, tags),
            )
            found = [copy for copy in copies if copy is not None]
            return found or [Checked(entry.id, "not here", revision=locked.revision)]
        finally:
            done()

    found = [each for of_one in in_order(one, entries, _CONCURRENT) for each in of_one]
    # What was found to be damaged must not be remembered as good.
    digests.keep()
    return tuple(found)


def _in_cache(
    entry: Entry, locked: LockedModel, cache_dir: Path | None, digests: Digests
) -> Checked | None:
    folder = CachedSnapshot(locked.huggingface_id, locked.revision, cache_dir).folder
    if not folder.is_dir():
        return None
    damages = (digests.damage(folder / file.path, file) for file in locked.expected)
    different = [damage.message for damage in damages if damage is not None]
    different += [f"{path} is not in the lock" for path in _extra(entry, locked, folder)]
    if locked.huggingface_id != entry.huggingface_id:
        different.insert(
            0, f"locked as {locked.huggingface_id}, the catalogue has {entry.huggingface_id}"
        )
    state: State = "differs" if different else "as locked"
    return Checked(entry.id, state, "huggingface", locked.revision, tuple(different))


def _extra(entry: Entry, locked: LockedModel, folder: Path) -> list[str]:
    """Files that loading would read and that are not in the lock; a README is not a difference."""
    try:
        wanted = wanted_files(entry, FolderRepository(folder, locked.huggingface_id))
    except HubError:
        return []  # no weights: the lock has them, and says that they are missing
    return [path for path in wanted if path not in locked.files]


def _at_ollama(entry: Entry, locked: LockedModel, tags: Mapping[str, str]) -> Checked | None:
    ollama = locked.ollama
    found = None if ollama is None else tags.get(full_tag(ollama.tag))
    if ollama is None or found is None:
        return None
    if found == ollama.digest:
        return Checked(entry.id, "as locked", "ollama", found)
    line = f"{ollama.tag} is {found[:19]}, the lock has {ollama.digest[:19]}"
    return Checked(entry.id, "differs", "ollama", found, (line,))
