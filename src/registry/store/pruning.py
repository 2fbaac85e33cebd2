"""Which stored models may go, and removing them: `registry prune`.

By default only what is certainly garbage goes: of the catalogue's models, revisions that nothing
points at, and exports that nothing here would load. Models that the catalogue does not have may be
someone else's, and those that are not selected may serve elsewhere: they are removed on request.
Protected ones always stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from registry.catalogue.entries import Entry
from registry.errors import RegistryError
from registry.files.stored import StoredModel, StoreName
from registry.ollama.models import delete_tag
from registry.store._removing import remove_revision
from registry.store.exported import is_outdated, remove_export
from registry.store.inventory import Held, ollama_tags, pins_of, repository_names


@dataclass(frozen=True)
class Candidate:
    """A stored model that may go, why, and the bytes this frees once those before it are gone."""

    held: Held
    reason: str
    frees: int


@dataclass(frozen=True)
class Removal:
    """What became of a candidate: removed, or why not."""

    candidate: Candidate
    failure: str | None = None


def prunable(
    held: Sequence[Held],
    *,
    selected: Collection[str] | None = None,
    unlisted: bool = False,
    keep: Iterable[str] = (),
    protected: Iterable[str] = (),
    unused_since: datetime | None = None,
) -> tuple[Candidate, ...]:
    """The stored models that may go, in the order of `held`, which is all that is here.

    selected: ids that serve somewhere; if given, all others of the catalogue may go too, and
    revisions other than the pinned one. unlisted: include models that the catalogue does not have.
    keep, protected: patterns such as "qwen2.5-coder*" of what stays. Ignoring case, they match an
    id, an alias, a Hub repository, its last part, or a tag with or without what follows the colon,
    of the model or of a variant of it. unused_since: only models not read since then; those without
    a time of last use are kept.
    """
    patterns = [pattern.casefold() for pattern in (*keep, *protected)]
    users = Counter(blob for each in held for blob in (*each.stored.blobs, *each.stored.linked))
    found: list[Candidate] = []
    for each in held:
        reason = _reason(each, held, selected, unlisted=unlisted)
        if reason is None or any(_matches(each, pattern) for pattern in patterns):
            continue
        used = each.stored.last_used
        if unused_since is not None and (used is None or used >= unused_since):
            continue
        users.subtract(each.stored.blobs.keys())
        frees = sum(size for blob, size in each.stored.blobs.items() if users[blob] == 0)
        found.append(Candidate(each, reason, frees))
    return tuple(found)


def _reason(
    each: Held, held: Sequence[Held], selected: Collection[str] | None, *, unlisted: bool
) -> str | None:
    if not each.entries:
        return "not in the catalogue" if unlisted else None
    if (garbage := _GARBAGE[each.stored.store](each)) is not None:
        return garbage
    if selected is None:
        return None
    if each.state == "other revision" and _pinned_is_here(each, held):
        return "another revision is pinned and present"
    if not any(entry.id in selected for entry in each.entries):
        return "not selected"
    return None


def _detached(each: Held) -> str | None:
    if each.state == "pinned" or each.stored.refs:
        return None
    return "detached: no branch points at it, and it is not the pinned one"


def _unloadable(each: Held) -> str | None:
    build = each.stored.build
    if build is not None and is_outdated(build):
        return "an earlier version made it, and this one does not load it"
    # With a lock the pin is another revision, and a project without that lock loads it.
    pins = {pin for entry in each.entries for pin in pins_of(entry, each.stored.name)}
    if each.state == "other revision" and each.stored.revision not in pins:
        return "of a commit that neither the lock nor the catalogue names"
    return None


# Why a model of the catalogue is certainly garbage in its store, if it is. Ollama's have their tag.
_GARBAGE: Mapping[StoreName, Callable[[Held], str | None]] = {
    "huggingface": _detached,
    "exports": _unloadable,
    "ollama": lambda _: None,
}


def _pinned_is_here(each: Held, held: Sequence[Held]) -> bool:
    return any(
        other.state == "pinned"
        and other.stored.store == each.stored.store
        and other.stored.name == each.stored.name
        and other.stored.build == each.stored.build
        for other in held
    )


def _matches(each: Held, pattern: str) -> bool:
    return any(fnmatchcase(name.casefold(), pattern) for name in _names(each.stored, each.entries))


def _names(stored: StoredModel, entries: Iterable[Entry]) -> Iterator[str]:
    """Every name that people may use for a stored model."""
    yield from _forms(stored.name)
    for entry in entries:
        yield from (entry.id, *entry.aliases)
        for name in (*repository_names(entry), *ollama_tags(entry)):
            yield from _forms(name)


def _forms(name: str) -> tuple[str, ...]:
    """A repository or a tag, with and without its owner, with and without what follows a colon.

    >>> _forms("library/mistral:7b")
    ('library/mistral:7b', 'mistral:7b', 'library/mistral', 'mistral')
    """
    owner, slash, last = name.rpartition("/")
    bare = last.partition(":")[0]
    return name, last, f"{owner}{slash}{bare}", bare


def remove(
    candidates: Sequence[Candidate],
    *,
    cache_dir: Path | None = None,
    host: str | None = None,
    done: Callable[[Removal], None] = lambda _: None,
) -> tuple[Removal, ...]:
    """Remove stored models, one by one, so that a failure leaves the others removed.

    Blobs that remaining revisions also use are kept. `done` is called after each.
    """
    removals: list[Removal] = []
    for candidate in candidates:
        stored, failure = candidate.held.stored, None
        try:
            if stored.build is not None:
                remove_export(stored.name, stored.revision, stored.build)
            elif stored.store == "ollama":
                delete_tag(stored.name, host)
            else:
                remove_revision(stored.name, stored.revision, cache_dir)
        except RegistryError as error:
            failure = str(error)
        removals.append(Removal(candidate, failure))
        done(removals[-1])
    return tuple(removals)
