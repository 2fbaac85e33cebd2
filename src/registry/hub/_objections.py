"""What the catalogue's rules object to in what a repository says: left out, and reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.catalogue.codegen import objections
from registry.hub._description import AS_ASKED, Fact

# What a person gives that rules look at besides the facts of the files.
_GIVEN = ("name", "description", "overruled")


def objected(
    facts: Mapping[str, Fact], head: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """The fields on which a rule objects to what the files say, and why.

    `head` is what the entry has besides the facts; `entries` are those that it will be among.
    """
    read = {path: fact for path, fact in facts.items() if fact.origin != AS_ASKED}
    given = {path: fact for path, fact in facts.items() if path.partition(".")[0] in _GIVEN}
    bases = list(_bases(facts, entries))
    found: dict[str, str] = {}
    while read:
        entry: dict[str, Any] = dict(head)
        for path, fact in (*read.items(), *given.items()):
            set_field(entry, path, fact.value)
        objects: dict[str, str] = {}
        for place, why, rule in objections(entry, bases):
            cure = "" if rule is None else f", as in --set overruled.{rule}=REASON"
            objects[_field(place, read)] = why + cure
        objects = {path: why for path, why in objects.items() if path in read}
        if not objects:
            break
        found |= objects
        read = {path: fact for path, fact in read.items() if path not in objects}
    return found


def _bases(
    facts: Mapping[str, Fact], entries: Iterable[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """The entries of the base model: no other entry matters to a rule about a field."""
    if (base := facts.get("architecture.base_model")) is not None:
        for entry in entries:
            if str(entry.get("huggingface_id")).casefold() == str(base.value).casefold():
                yield entry


def set_field(entry: dict[str, Any], path: str, value: Any) -> None:
    """Set a field by its dotted path; missing sections on the way are added."""
    *sections, last = path.split(".")
    for part in sections:
        entry = entry.setdefault(part, {})
    entry[last] = value


def _field(place: tuple[str | int, ...], facts: Mapping[str, Fact]) -> str:
    """The field that contains a place: the finding may be about one item of it."""
    parts = [str(part) for part in place]
    while parts and ".".join(parts) not in facts:
        parts.pop()
    return ".".join(parts)
