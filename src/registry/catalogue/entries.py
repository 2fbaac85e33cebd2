"""The entries to work on: of a catalogue file, of this project's own, or of the installed registry.

What maintains a catalogue (verify, lock, pull ...) needs a few fields of every entry, whoever
compiled it and whether it is compiled yet.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry._generated import MODEL_REGISTRY, AnyModel, Variant
from registry.catalogue.editing import catalogue_options
from registry.errors import CatalogueFileError, InputError, MissingExtraError
from registry_base.json_shapes import look_up

_NAMED = 5  # ids in a message


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A model as the catalogue describes it.

    `data` is the JSON of its entry; of an installed model None: its fields are flat by then.
    """

    id: str
    type: str
    huggingface_id: str
    revision: str | None = None
    ollama_tag: str | None = None
    aliases: tuple[str, ...] = ()
    trust_remote_code: bool = False
    variants: tuple[Variant, ...] = ()
    data: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)


def installed_entries() -> tuple[Entry, ...]:
    """The models of this installed registry."""
    return tuple(_of_model(model) for model in MODEL_REGISTRY)


def _of_model(model: AnyModel) -> Entry:
    return Entry(
        id=model.id,
        type=model.kind,
        huggingface_id=model.huggingface_id,
        revision=model.revision,
        ollama_tag=getattr(model, "ollama_tag", None),
        aliases=model.aliases,
        trust_remote_code=model.trust_remote_code,
        variants=model.variants,
    )


def catalogue_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of a catalogue file, with what it extends if it is this project's own.

    Raises CatalogueFileError with every problem of the catalogue, each with its place.
    """
    try:
        from registry_codegen.compile import load_catalogue
        from registry_codegen.errors import CodegenError
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "jsonschema", "codegen") from None
    try:
        data: dict[str, Any] = load_catalogue(catalogue_options(path)).data
    except CodegenError as error:
        raise CatalogueFileError(str(error)) from None
    return tuple(_of_data(entry) for entry in data["models"])


def _of_data(data: dict[str, Any]) -> Entry:
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


def chosen(entries: Sequence[Entry], keys: Iterable[str]) -> tuple[Entry, ...]:
    """The entries that ids, aliases or Hub repositories name, in the order of the entries.

    Raises InputError naming every key that names none, or several.
    """
    wanted: set[str] = set()
    problems: list[str] = []
    for key in keys:
        exact = [entry for entry in entries if entry.id == key]
        found = exact or [e for e in entries if key in e.aliases or key == e.huggingface_id]
        if len(found) == 1:
            wanted.add(found[0].id)
        elif found:
            names = ", ".join(f"{entry.id} ({entry.type})" for entry in found)
            problems.append(f"{key!r} is a key of {names}; use an id")
        else:
            near = difflib.get_close_matches(key, [entry.id for entry in entries], n=1)
            hint = f"did you mean {near[0]!r}?" if near else _there_are(entries)
            problems.append(f"there is no model {key!r}; {hint}")
    if problems:
        raise InputError("\n".join(problems))
    return tuple(entry for entry in entries if entry.id in wanted)


def _there_are(entries: Sequence[Entry]) -> str:
    if any(entry.data is None for entry in entries):  # the installed ones
        return "`registry list` shows them all"
    more = ", ..." if len(entries) > _NAMED else ""
    return f"the catalogue has {', '.join(entry.id for entry in entries[:_NAMED])}{more}"
