"""Ids, types and references: what must be unique, and what must exist."""

import difflib
from collections import defaultdict
from collections.abc import Iterator

from registry_codegen.entry_view import EntryView, Finding
from registry_codegen.hints import meant_type
from registry_codegen.names import InvalidNameError, class_name, constant_name
from registry_codegen.schema import known_types


def check(
    entries: list[EntryView], declared: frozenset[str]
) -> Iterator[tuple[EntryView, Finding]]:
    """All checks that need more than one entry."""
    yield from _ids(entries)
    yield from _types(entries, declared)
    yield from _successors(entries)


def _ids(entries: list[EntryView]) -> Iterator[tuple[EntryView, Finding]]:
    by_id: dict[str, EntryView] = {}
    by_constant: dict[str, str] = {}
    for entry in entries:
        if entry.id is None:
            continue
        first = by_id.setdefault(entry.id, entry)
        if first is not entry:
            message = (
                f'id "{entry.id}" is taken by /models/{first.index}; rename or remove one of them'
            )
            yield entry, Finding(("id",), message)
            continue
        try:
            name = constant_name(entry.id)
        except InvalidNameError as problem:
            yield entry, Finding(("id",), str(problem))
            continue
        other = by_constant.setdefault(name, entry.id)
        if other != entry.id:
            message = f'"{entry.id}" and "{other}" would both become {name}; rename one of them'
            yield entry, Finding(("id",), message)


def _types(
    entries: list[EntryView], declared: frozenset[str]
) -> Iterator[tuple[EntryView, Finding]]:
    by_class: dict[str, str] = {}
    for entry in entries:
        if entry.type is None:
            continue
        if entry.type not in known_types() and entry.type not in declared:
            meant = meant_type(entry.type, declared)
            hint = f'did you mean "{meant}"?' if meant else _known(declared)
            message = (
                f'"{entry.type}" is not a known type; {hint} A type of your own is declared under '
                '"types" at the top of the file'
            )
            yield entry, Finding(("type",), message)
            continue
        try:
            name = class_name(entry.type)
        except InvalidNameError as problem:
            yield entry, Finding(("type",), str(problem))
            continue
        other = by_class.setdefault(name, entry.type)
        if other != entry.type:
            message = f'types "{entry.type}" and "{other}" would both become {name}; rename one'
            yield entry, Finding(("type",), message)


def _known(declared: frozenset[str]) -> str:
    return f"there are {', '.join([*known_types(), *sorted(declared)])}."


def _successors(entries: list[EntryView]) -> Iterator[tuple[EntryView, Finding]]:
    by_id = {entry.id: entry for entry in entries if entry.id is not None}
    following: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        successor = entry.text("superseded_by")
        if successor is None or entry.id is None:
            continue
        path = ("superseded_by",)
        if successor not in by_id:
            close = difflib.get_close_matches(successor, by_id, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else "; add it or leave this out"
            yield entry, Finding(path, f'superseded_by "{successor}" is not an entry{hint}')
        else:
            following[entry.id].append(successor)
        if entry.get("status") != "deprecated":
            message = 'superseded_by without status "deprecated"; set the status'
            yield entry, Finding(path, message, key=True)
    for entry in entries:
        if entry.text("superseded_by") is None or entry.id is None:
            continue
        if circle := _circle(entry.id, following):
            message = f"superseded_by is circular: {' -> '.join(circle)}; break it"
            yield entry, Finding(("superseded_by",), message)


def _circle(start: str, following: dict[str, list[str]]) -> list[str]:
    """The path from an id back to itself, if there is one."""
    way, seen, at = [start], {start}, start
    while following.get(at):
        at = following[at][0]
        way.append(at)
        if at == start:
            return way
        if at in seen:
            return []  # a cycle further on: its own members report it
        seen.add(at)
    return []
