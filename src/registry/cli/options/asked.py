"""Which models a command is asked to work on: ids, `default`, a type."""

from __future__ import annotations

from collections.abc import Sequence

from registry import ModelType
from registry.catalogue.entries import Entry, chosen
from registry.selection.roles import CANDIDATES, selection

DEFAULT = "default"
"""Stands for the models that serve here: embedding, cross-encoder and llm."""


def asked_entries(
    entries: Sequence[Entry], keys: Sequence[str], of_type: ModelType | None = None
) -> tuple[Entry, ...]:
    """The entries that keys name, or all without any, of one type if one is given.

    Raises InputError naming every key that names none or several, and SelectionError.
    """
    kept = [entry for entry in entries if of_type is None or entry.type == of_type]
    if not keys:
        return tuple(kept)
    wanted = [key for key in keys if key != DEFAULT]
    if DEFAULT in keys:
        serving = [selection(role).model for role in CANDIDATES]
        wanted += [model.id for model in serving if of_type is None or model.kind == of_type]
    return chosen(kept, wanted)
