"""Compare catalogue entries with their repositories, field by field."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from registry.budgets import CONCURRENT
from registry.catalogue.entries import Entry
from registry.errors import HubError
from registry.hub._description import Description, describe
from registry.hub._fact import Kind, inferred
from registry.hub._facts.kind import TYPES
from registry.hub.moved import REDIRECT, Following, Moved, moved_since
from registry.hub.source import Opener
from registry.threads import in_order
from registry_base.json_shapes import is_list, look_up

# Fields that a repository determines. The others (name, description, figures from papers) are a
# choice or come from elsewhere.
_DECIDED = (
    "architecture.type",
    "architecture.has_projection",
    "architecture.projection_dims",
    "dependencies.gated",
    "dependencies.trust_remote_code",
    "files.",
    "license",
    "normalize",
    "pooling",
    "prompts.",
    "similarity",
    "specs.",
)
_A_PERSONS = ("type", "dependencies.trust_remote_code")
_LENGTHS = ("specs.context_length", "specs.max_sequence_length")
# Figures that are rounded on their way: text for people, and MiB.
_TOLERANCE = {"specs.memory_mb": 0.01}


@dataclass(frozen=True)
class FieldCheck:
    """One field: the catalogue's value, the repository's, and its place there.

    "same", "differs", or "absent": the catalogue does not say what the repository would.
    `kind` is how the repository's value is known.
    """

    path: str
    status: Literal["same", "differs", "absent"]
    catalogue: Any  # JSON data
    found: Any  # JSON data
    origin: str
    kind: Kind = "stated"

    @property
    def decides(self) -> bool:
        """Whether the repository's value may be written over that of the catalogue.

        A guess may not. And only a person may decide the type of a model, and whether code from the
        repository is run.
        """
        return self.kind != "inferred" and self.path not in _A_PERSONS


@dataclass(frozen=True)
class Verification:
    """One entry: every field that could be checked, or why none could (`failure`)."""

    id: str
    revision: str | None
    checks: tuple[FieldCheck, ...] = ()
    moved: Moved | None = None
    failure: str | None = None

    @property
    def differences(self) -> tuple[FieldCheck, ...]:
        """The fields that differ."""
        return tuple(check for check in self.checks if check.status == "differs")

    @property
    def to_fix(self) -> tuple[FieldCheck, ...]:
        """Those of them that the repository determines."""
        return tuple(check for check in self.differences if check.decides)

    @property
    def clean(self) -> bool:
        """Whether it could be checked and nothing differs."""
        return self.failure is None and not self.differences


def verify_entries(
    entries: Iterable[Entry],
    open_source: Opener,
    *,
    compare_head: bool = True,
    among: Iterable[Entry] | None = None,
    done: Callable[[Entry], None] = lambda _: None,
) -> tuple[Verification, ...]:
    """Check entries against their repositories at the pin, several at once, in their order.

    compare_head: also report where the head is newer than the pin. among: all entries of the
    catalogue, if these are some of them. done is called after every entry. Failures are reported in
    the Verification.
    """
    entries = tuple(entries)
    types: dict[str, set[str]] = {}
    for each in entries if among is None else among:
        types.setdefault(each.huggingface_id.casefold(), set()).add(each.type)

    def one(entry: Entry) -> Verification:
        others = types.get(entry.huggingface_id.casefold(), set[str]())
        try:
            return _verify(entry, open_source, others, compare_head=compare_head)
        except HubError as error:
            return Verification(entry.id, entry.revision, failure=str(error))
        finally:
            done(entry)

    return tuple(in_order(one, entries, CONCURRENT))


def _verify(
    entry: Entry, open_source: Opener, types: Container[str], *, compare_head: bool
) -> Verification:
    moved, open_source = None, (follow := Following(open_source))
    if compare_head:
        # The head first: if it is the pin, that is one request instead of two.
        source = head = open_source(entry.huggingface_id, None)
        if entry.revision is not None and head.revision != entry.revision:
            source = open_source(entry.huggingface_id, entry.revision)
            if source.revision != head.revision:  # a Hub may have it under another commit
                moved = moved_since(source.files, head)
    else:
        source = open_source(entry.huggingface_id, entry.revision)
    checks = compare(entry.data or {}, describe(source, entry.type), types)
    revision = entry.revision or source.revision
    return Verification(entry.id, revision, (*_renaming(entry, follow.now), *checks), moved)


def _renaming(entry: Entry, now: str | None) -> tuple[FieldCheck, ...]:
    """The new name from the Hub's redirect; the former one is kept for look-ups."""
    if now is None:
        return ()
    former = [*((entry.data or {}).get("former_ids") or ())]
    both = [*former, entry.huggingface_id]
    return (
        FieldCheck("huggingface_id", "differs", entry.huggingface_id, now, REDIRECT),
        FieldCheck("former_ids", "differs", former, both, REDIRECT),
    )


def compare(
    data: Mapping[str, Any], description: Description, types: Container[str] = ()
) -> tuple[FieldCheck, ...]:
    """The fields of an entry that its repository determines, compared with it.

    `description` is of the entry's own type. One repository may hold models of several `types`:
    the entries that it has.
    """
    from registry_base.quantity import agrees, format_count

    facts = dict(description.facts)
    if (count := facts.get("specs.parameter_count")) is not None:
        facts["specs.parameters"] = replace(count, value=format_count(count.value))
    seems = description.seems
    if (
        seems in TYPES
        and data.get("type") in TYPES
        and (seems == data["type"] or seems not in types)
    ):
        facts["type"] = inferred(seems, description.seems_reason)
    lengths = {fact.value for path, fact in facts.items() if path in _LENGTHS}
    checks: list[FieldCheck] = []
    for path, fact in sorted(facts.items()):
        if path == "type" or path.startswith(_DECIDED):
            stated = look_up(data, *path.split("."))
            status = _status(path, stated, fact.value)
            # Which of a repository's lengths is the useful one is up to its authors, not its files.
            if path == "specs.context_length" and stated in lengths:
                status = "same"
            if path == "specs.parameters" and stated and count and agrees(stated, count.value):
                status = "same"
            # Which of the files an entry is about is a person's choice.
            if (
                path.startswith("files.")
                and status == "differs"
                and _all_there(stated, description)
            ):
                status = "same"
            checks.append(FieldCheck(path, status, stated, fact.value, fact.origin, fact.kind))
    return tuple(checks)


def _all_there(stated: Any, description: Description) -> bool:
    return all(path in description.files for path in (stated if is_list(stated) else [stated]))


def _status(path: str, stated: Any, found: Any) -> Literal["same", "differs", "absent"]:
    if stated is None:
        return "absent"
    return "same" if _equal(path, stated, found) else "differs"


def _equal(path: str, stated: Any, found: Any) -> bool:
    if is_list(stated) and is_list(found):
        return sorted(map(str, stated)) == sorted(map(str, found))
    if path == "license":
        # An address says where the text is; the license may still have a name.
        only_where = str(found).startswith("https://") and not str(stated).startswith("https://")
        return only_where or str(stated).casefold() == str(found).casefold()
    if isinstance(stated, int | float) and isinstance(found, int | float):
        return abs(stated - found) <= _TOLERANCE.get(path, 0.0) * abs(found)
    return bool(stated == found)
