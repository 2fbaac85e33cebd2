"""Overwrite what differs in a catalogue file with what repositories state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from registry.catalogue.editing import CatalogueFile
from registry.hub.new_entry import source_name
from registry.hub.verification import FieldCheck, Verification


def fix_entries(file: CatalogueFile, found: Iterable[Verification]) -> dict[str, str]:
    """Overwrite what differs with the repositories' values; returns by id why an entry is kept.

    `sources` of an entry then names the file that the value comes from. An entry that the
    catalogue would refuse afterwards is left as it is, and does not affect others.
    """
    own = {entry.get("id"): entry for entry in file.entries}
    differing = [each for each in found if each.to_fix]
    left = {
        each.id: f"it is not written in {file.name}, but in what it extends"
        for each in differing
        if each.id not in own
    }
    here = [each for each in differing if each.id in own]
    before = file.text
    _write(file, here, own)
    wrong: dict[str, list[str]] = {}
    for problem in file.problems():
        wrong.setdefault(problem.model_id or "", []).append(problem.message)
    if wrong:
        left |= {each.id: "; ".join(wrong[each.id]) for each in here if each.id in wrong}
        file.text = before
        _write(file, [each for each in here if each.id not in wrong], own)
    return left


def _write(
    file: CatalogueFile, found: list[Verification], entries: Mapping[Any, dict[str, Any]]
) -> None:
    for each in found:
        for check in each.to_fix:
            file.set(each.id, tuple(check.path.split(".")), check.found)
        if sources := entries[each.id].get("sources"):
            file.set(each.id, ("sources",), _credited(sources, each.to_fix))


def _credited(
    sources: Mapping[str, list[str]], fixed: Iterable[FieldCheck]
) -> dict[str, list[str]]:
    """The sources of an entry, with every fixed field under the one that gave its value."""
    credited = {name: list(paths) for name, paths in sources.items()}
    for check in fixed:
        name = source_name(check.origin, check.kind)
        for paths in credited.values():
            if check.path in paths and paths is not credited.get(name):
                paths.remove(check.path)
        if check.path not in (paths := credited.setdefault(name, [])):
            paths.append(check.path)
    return {name: paths for name, paths in credited.items() if paths}
