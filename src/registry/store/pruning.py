"""Which stored models may go, and removing them: `registry prune`.

Detached revisions go, models that no entry is of, and, if asked, models that nobody selected.
What is protected stays, whatever else is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path

from registry.entries import Entry
from registry.errors import RegistryError, StoreError
from registry.store.hugging_face import scan
from registry.store.inventory import Held
from registry.store.ollama_models import delete_tag
from registry.store.stored import StoredModel


@dataclass(frozen=True)
class Candidate:
    """A stored model that may go, and why."""

    held: Held
    reason: str


@dataclass(frozen=True)
class Removal:
    """What became of a candidate: removed, or why not."""

    candidate: Candidate
    failure: str | None = None


def prunable(
    held: Sequence[Held],
    *,
    selected: Collection[str] | None = None,
    keep: Iterable[str] = (),
    protected: Iterable[str] = (),
    unused_since: datetime | None = None,
) -> tuple[Candidate, ...]:
    """The stored models that may go, in the order of `held`.

    selected: ids that serve somewhere; with them, all others may go too.
    keep, protected: patterns such as "qwen2.5-coder*" of what stays; an id, an alias, a Hub
    repository, its last part or a tag may match, in any case.
    unused_since: only what nobody has read since then; what does not say when it was read stays.
    """
    patterns = [pattern.casefold() for pattern in (*keep, *protected)]
    found: list[Candidate] = []
    for each in held:
        reason = _reason(each, held, selected)
        if reason is None or any(_matches(each, pattern) for pattern in patterns):
            continue
        used = each.stored.last_used
        if unused_since is not None and (used is None or used >= unused_since):
            continue
        found.append(Candidate(each, reason))
    return tuple(found)


def _reason(each: Held, held: Sequence[Held], selected: Collection[str] | None) -> str | None:
    if each.entry is None:
        return "not in the catalogue"
    if each.stored.store == "huggingface" and each.state != "pinned" and not each.stored.refs:
        return "detached: no branch points at it, and it is not the pinned one"
    if each.state == "other revision" and _pinned_is_here(each, held):
        return "another revision is pinned, and here"
    if selected is not None and each.entry.id not in selected:
        return "not selected"
    return None


def _pinned_is_here(each: Held, held: Sequence[Held]) -> bool:
    return any(
        other.state == "pinned"
        and other.entry == each.entry
        and other.stored.store == each.stored.store
        for other in held
    )


def _matches(each: Held, pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in _names(each.stored, each.entry))


def _names(stored: StoredModel, entry: Entry | None) -> set[str]:
    """Everything that people call a stored model by."""
    names = {stored.name, stored.name.rpartition("/")[2], stored.name.partition(":")[0]}
    if entry is not None:
        names |= {entry.id, *entry.aliases, entry.huggingface_id}
        names.add(entry.huggingface_id.rpartition("/")[2])
        if entry.ollama_tag is not None:
            names |= {entry.ollama_tag, entry.ollama_tag.partition(":")[0]}
    return {name.casefold() for name in names}


def remove(
    candidates: Sequence[Candidate],
    *,
    cache_dir: Path | None = None,
    host: str | None = None,
    done: Callable[[Removal], None] = lambda _: None,
) -> tuple[Removal, ...]:
    """Remove stored models, one by one, so that a failure leaves the others removed.

    Blobs that revisions which stay use too are kept. `done` is called after each.
    """
    removals: list[Removal] = []
    for candidate in candidates:
        failure = None
        try:
            _remove(candidate.held.stored, cache_dir, host)
        except (RegistryError, OSError) as error:
            failure = str(error)
        removals.append(Removal(candidate, failure))
        done(removals[-1])
    return tuple(removals)


def _remove(stored: StoredModel, cache_dir: Path | None, host: str | None) -> None:
    if stored.store == "ollama":
        delete_tag(stored.name, host)
        return
    info = scan(cache_dir)
    if info is None:
        return
    # Of this repository alone: two may hold the same commit.
    mine = frozenset(repo for repo in info.repos if repo.repo_id == stored.name)
    replace(info, repos=mine).delete_revisions(stored.revision).execute()
    if stored.path is not None and stored.path.exists():  # which huggingface_hub only logs
        raise StoreError(f"{stored.path} cannot be removed; is it yours?")
