"""Probes of the models that `registry lock --probe` is about."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from registry.catalogue.entries import Entry
from registry.catalogue.here import Catalogue
from registry.cli.terminal.progress import progress
from registry.errors import RegistryError
from registry.files.lock_file import Lock, LockedModel


def probes(
    here: Catalogue, asked: Sequence[Entry], lock: Lock
) -> tuple[dict[str, LockedModel], dict[str, str]]:
    """The locked models with their probes, and by id why one has none."""
    from registry.loading.probing import probe_model

    found: dict[str, LockedModel] = {}
    failures: dict[str, str] = {}
    with progress(len(asked), "probing") as advance:
        for entry in asked:
            locked, model = lock.models[entry.id], here.module.MODELS_BY_ID[entry.id]
            try:
                probe = probe_model(model, locked.revision, locked.probe)
                found[entry.id] = dataclasses.replace(locked, probe=probe)
            except RegistryError as error:
                failures[entry.id] = f"no probe: {error}"
            advance()
    return found, failures
