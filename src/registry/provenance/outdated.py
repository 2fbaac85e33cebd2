"""Models in use that something newer replaces, or whose repository has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from registry.hub.verification import Verification

Reason = Literal["deprecated", "superseded", "commit", "license"]


@dataclass(frozen=True)
class Outdated:
    """One reason to look at a model again: what is in use, and what there is now."""

    id: str
    reason: Reason
    used: str | None
    now: str | None


def replaced(entries: Iterable[Mapping[str, Any]]) -> Iterator[Outdated]:
    """The entries that the catalogue itself calls deprecated or names a successor for.

    >>> list(replaced([{"id": "old", "status": "deprecated", "superseded_by": "new"}]))
    [Outdated(id='old', reason='deprecated', used='old', now='new')]
    """
    for entry in entries:
        successor = entry.get("superseded_by")
        if entry.get("status") == "deprecated":
            yield Outdated(entry["id"], "deprecated", entry["id"], successor)
        elif successor is not None:
            yield Outdated(entry["id"], "superseded", entry["id"], successor)


def moved(found: Iterable[Verification]) -> Iterator[Outdated]:
    """The models whose repository has a newer commit, or another license than the entry says."""
    for each in found:
        if each.moved is not None:
            yield Outdated(each.id, "commit", each.revision, each.moved.head)
        for check in each.differences:
            if check.path == "license":
                yield Outdated(each.id, "license", check.catalogue, str(check.found))
