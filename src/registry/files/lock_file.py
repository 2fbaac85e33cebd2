"""models.lock.json: for every model the exact commit, and its files that loading needs.

    {
      "version": 1,
      "models": {
        "all-minilm-l6-v2": {
          "huggingface_id": "sentence-transformers/all-MiniLM-L6-v2",
          "revision": "8b3219a92973c328a8e22fadcfa821b5dc75636a",
          "files": {"config.json": {"size": 612, "sha256": "953f9c0d..."}},
          "elsewhere": {"https://hub.example/repository/hf": "4fd1..."},
          "ollama": {"tag": "all-minilm:l6", "digest": "sha256:1b226e2802db..."},
          "probe": {"texts": 1, "tolerance": 0.02, "answers": {"query": {"tokens": 9, ...}}}
        }
      }
    }

`elsewhere` is written by `registry lock --endpoint`: by the address of a Hub, the commit that has
the same files there.

The file is for Git: sorted, without times, the same bytes for the same content. `load` and `pull`
follow the one in the current folder or above, or the one that REGISTRY_LOCK names.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from registry.errors import CatalogueFileError
from registry.files._lock_reading import read_lock
from registry.files.file_lock import exclusive
from registry.files.locked_models import Lock, LockedFile, LockedModel, LockedOllama
from registry.files.locked_probe import LockedProbe
from registry_base.atomic_write import write_if_changed
from registry_base.folders import upwards

__all__ = [
    "LOCK_NAME",
    "VARIABLE",
    "Lock",
    "LockedFile",
    "LockedModel",
    "LockedOllama",
    "find_lock",
    "locked",
    "note_elsewhere",
    "note_probes",
    "read_lock",
    "update_lock",
]

LOCK_NAME = "models.lock.json"
VARIABLE = "REGISTRY_LOCK"


def update_lock(
    path: Path, models: Mapping[str, LockedModel], *, without: Collection[str] = ()
) -> tuple[Lock, bool]:
    """Put models into a lock file, remove others, and leave the rest as it then is.

    A model keeps the file's `elsewhere` for the same files and its `probe` for the same commit,
    except for what is newly given. Returns the lock as it now is, and whether it changed. A missing
    file is created, unless it would be empty. Raises CatalogueFileError for a file that cannot be
    read, OSError for one that cannot be written, and MissingExtraError without filelock.
    """
    with exclusive(path):
        there = path.exists()
        before = read_lock(path) if there else Lock()
        kept = {key: model for key, model in before.models.items() if key not in without}
        new = {key: _with_notes(model, kept.get(key)) for key, model in models.items()}
        lock = Lock({**kept, **new})
        worth = there or bool(lock.models)
        return lock, worth and write_if_changed(path, lock.text())


def note_elsewhere(
    path: Path, address: str, commits: Mapping[str, str], models: Mapping[str, LockedModel]
) -> tuple[Lock, bool]:
    """Record in a lock file under which commits, by model, a Hub has the same files.

    models: what was locked when they were compared; one that is locked differently by now stays as
    it is. Returns and raises as `update_lock` does.
    """
    with exclusive(path):
        before = read_lock(path)
        found = {
            key: replace(model, elsewhere={**model.elsewhere, address: commits[key]})
            for key, model in before.models.items()
            if key in commits and model.same_files(models[key])
        }
        return _with_found(path, before, found)


def note_probes(
    path: Path, probes: Mapping[str, LockedProbe], models: Mapping[str, LockedModel]
) -> tuple[Lock, bool]:
    """Record in a lock file what models answered to the texts of a probe.

    models: what was locked when they were asked; one that is locked differently by now stays as it
    is. Returns and raises as `update_lock` does.
    """
    with exclusive(path):
        before = read_lock(path)
        found = {
            key: replace(model, probe=probes[key])
            for key, model in before.models.items()
            if key in probes and _same_commit(model, models[key])
        }
        return _with_found(path, before, found)


def _with_found(path: Path, before: Lock, found: Mapping[str, LockedModel]) -> tuple[Lock, bool]:
    lock = Lock({**before.models, **found})
    return lock, write_if_changed(path, lock.text())


def _with_notes(model: LockedModel, before: LockedModel | None) -> LockedModel:
    """Keep what another process may have recorded in the meantime about the same model."""
    if before is None or not model.same_files(before):
        return model
    probe = model.probe or (before.probe if _same_commit(model, before) else None)
    return replace(model, elsewhere={**before.elsewhere, **model.elsewhere}, probe=probe)


def _same_commit(one: LockedModel, other: LockedModel) -> bool:
    return one.revision == other.revision and one.same_files(other)


def find_lock() -> Path | None:
    """The lock in use: REGISTRY_LOCK, else the nearest from this folder upwards."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return next(upwards(LOCK_NAME), None)


def locked(model_id: str, huggingface_id: str) -> LockedModel | None:
    """The model in the lock in use; None without a lock, or if the model is not in it.

    Raises CatalogueFileError for a lock that cannot be read, or holds another repository.
    """
    path = find_lock()
    if path is None:
        return None
    model = read_lock(path).models.get(model_id)
    if model is not None and model.huggingface_id != huggingface_id:
        raise CatalogueFileError(
            f"{path}: {model_id} is locked as {model.huggingface_id}, the registry has "
            f"{huggingface_id}; run `registry lock {model_id}`"
        )
    return model
