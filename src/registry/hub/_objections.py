"""What the catalogue's rules object to in what a repository says: left out, and reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.catalogue.codegen import objections
from registry.hub._description import AS_ASKED, Fact


def objected(
    facts: Mapping[str, Fact], model_type: str, sources: Mapping[str, list[str]]
) -> dict[str, str]:
    """The fields on which a rule objects to what the files say, and why."""
    read = {path: fact for path, fact in facts.items() if fact.origin != AS_ASKED}
    found: dict[str, str] = {}
    while read:
        entry: dict[str, Any] = {"id": "", "type": model_type, "sources": sources}
        for path, fact in read.items():
            set_field(entry, path, fact.value)
        objects = {
            path: why for place, why in objections(entry) if (path := _field(place, read)) in read
        }
        if not objects:
            break
        found |= objects
        read = {path: fact for path, fact in read.items() if path not in objects}
    return found


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
