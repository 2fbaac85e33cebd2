"""The entries of a catalogue: what maintaining it (verify, lock, pull ...) needs of each."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry._generated import Variant
from registry.errors import InputError
from registry_base.json_shapes import look_up
from registry_base.model_names import ids_by_name
from registry_base.spellings import ids_named, spellings

_NAMED = 5  # ids in a message
_MANY = 50  # entries: too many to guess the rest from five


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A model with a repository, as the catalogue describes it; `data` is the JSON of its entry."""

    id: str
    type: str
    huggingface_id: str
    revision: str | None = None
    ollama_tag: str | None = None
    aliases: tuple[str, ...] = ()
    trust_remote_code: bool = False
    only: tuple[str, ...] = ()  # the requested files, if not all that it needs
    variants: tuple[Variant, ...] = ()
    data: Mapping[str, Any] = field(repr=False, compare=False)


def entry_of(data: Mapping[str, Any]) -> Entry:
    """An entry from its JSON, which has passed every check."""
    return Entry(
        id=data["id"],
        type=data["type"],
        huggingface_id=data["huggingface_id"],
        revision=data.get("revision"),
        ollama_tag=data.get("ollama_tag"),
        aliases=tuple(data.get("aliases") or ()),
        trust_remote_code=look_up(data, "dependencies", "trust_remote_code") is True,
        variants=tuple(Variant(**variant) for variant in data.get("variants") or ()),
        data=data,
    )


def entries_named(
    entries: Sequence[Entry],
    keys: Iterable[str],
    behind_apis: Mapping[str, str],
    left_out: Callable[[str], str | None],
) -> tuple[Entry, ...]:
    """The entries for names of any kind, in the order of the entries.

    `behind_apis`: name -> provider of the models without files; `left_out` says why the model of a
    name is not in the catalogue. Raises InputError naming every key that matches none, or several.
    """
    wanted: set[str] = set()
    problems: list[str] = []
    by_id = {entry.id: entry for entry in entries}
    names = ids_by_name(dict(entry.data) for entry in entries)
    for key in keys:
        found = ids_named(names, key)
        if len(found) == 1:
            wanted.add(found[0])
        elif found:
            shared = ", ".join(f"{each} ({by_id[each].type})" for each in found)
            problems.append(f"{key!r} is a key of {shared}; use an id")
        elif providers := [behind_apis[name] for name in spellings(key) if name in behind_apis]:
            problems.append(f"{key} is served by the API of {providers[0]}; it has no files")
        elif (why := left_out(key)) is not None:
            problems.append(f"there is no model {key!r}: {why}")
        else:
            near = difflib.get_close_matches(key, [entry.id for entry in entries], n=1)
            hint = f"did you mean {near[0]!r}?" if near else _there_are(entries)
            problems.append(f"there is no model {key!r}; {hint}")
    if problems:
        raise InputError("\n".join(problems))
    return tuple(entry for entry in entries if entry.id in wanted)


def _there_are(entries: Sequence[Entry]) -> str:
    if len(entries) > _MANY:
        return "`registry list` shows them all"
    more = ", ..." if len(entries) > _NAMED else ""
    return f"the catalogue has {', '.join(entry.id for entry in entries[:_NAMED])}{more}"
