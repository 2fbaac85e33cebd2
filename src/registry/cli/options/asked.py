"""Which models a command works on: ids, `default`, a type."""

from __future__ import annotations

from collections.abc import Sequence

from registry.catalogue.entries import Entry, entries_named
from registry.catalogue.here import Catalogue
from registry.cli.options.named_model import checked_type
from registry.files.lock_file import Lock
from registry.selection.roles import ROLES, is_selected, selection

DEFAULT = "default"
"""Stands for the models that serve here: embedding, cross-encoder and llm."""


def asked_entries(
    catalogue: Catalogue, keys: Sequence[str], of_type: str | None = None
) -> tuple[Entry, ...]:
    """The entries that keys name, or all without keys, of one type if one is given.

    Raises InputError naming every key that matches none or several, and SelectionError.
    """
    kind = None if of_type is None else checked_type(catalogue, of_type)
    kept = [entry for entry in catalogue.entries if kind in (None, entry.type)]
    if not keys:
        return tuple(kept)
    wanted = [key for key in keys if key != DEFAULT]
    if DEFAULT in keys:
        wanted += _serving(catalogue, kind)
    return entries_named(
        kept, wanted, catalogue.behind_apis, lambda key: catalogue.left_out.why(key, kind or "")
    )


def locked_entries(catalogue: Catalogue, lock: Lock) -> tuple[Entry, ...]:
    """The entries that a lock holds."""
    return tuple(entry for entry in catalogue.entries if entry.id in lock.models)


def own_entries(catalogue: Catalogue) -> tuple[Entry, ...]:
    """The entries that the catalogue itself has, not those of one that it extends."""
    layers = catalogue.layers
    return tuple(each for each in catalogue.entries if layers.of(each.id)[""] == layers.order[0])


def _serving(catalogue: Catalogue, kind: str | None) -> list[str]:
    """The ids of the selected models that have files, of one type if one is given."""
    given = catalogue.given_as
    models = [selection(role, given).model for role in ROLES if is_selected(role, given)]
    ids = dict.fromkeys(model.id for model in models if kind in (None, model.kind))
    return [model_id for model_id in ids if model_id not in catalogue.behind_apis]
