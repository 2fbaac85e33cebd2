"""Probes of the models that `registry lock --probe` is about."""

from __future__ import annotations

from collections.abc import Sequence

from registry.catalogue.entries import Entry
from registry.catalogue.here import Catalogue
from registry.cli.terminal.progress import progress
from registry.errors import RegistryError
from registry.files.lock_file import Lock
from registry.files.locked_probe import LockedProbe


def probes(
    here: Catalogue, asked: Sequence[Entry], lock: Lock
) -> tuple[dict[str, LockedProbe], dict[str, str]]:
    """The probes of locked models, and why the others have none, by id."""
    from registry.loading.probing import probe_model

    found: dict[str, LockedProbe] = {}
    failures: dict[str, str] = {}
    with progress(len(asked), "probing") as advance:
        for entry in asked:
            locked, model = lock.models[entry.id], here.module.MODELS_BY_ID[entry.id]
            try:
                found[entry.id] = probe_model(model, locked.revision, locked.probe)
            except RegistryError as error:
                failures[entry.id] = f"no probe: {error}"
            advance()
    return found, failures
