"""Where exports lie in the user's cache: by repository, commit, engine, precision and exporter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import LoadError
from registry.exports.export import EXPORTER, Engine, EnginePrecision
from registry.files.cache_folder import cache_folder
from registry.files.lock_file import LockedModel, locked
from registry_base.repository_names import is_commit

if TYPE_CHECKING:
    from registry.models.kinds import ModelLike


def locked_weights(model: ModelLike, revision: str | None) -> LockedModel | None:
    """What the lock says of a model, if the revision asked for is the locked one, or none."""
    name = model.huggingface_id
    found = None if name is None else locked(model.id, name)
    return found if found and revision in (None, found.revision) else None


def commit_of(model: ModelLike, revision: str | None) -> str | None:
    """The revision of a model: asked for, else locked, else pinned; None where none is known.

    Raises CatalogueFileError for a lock that cannot be read.
    """
    lock = locked_weights(model, revision)
    return revision or (lock.revision if lock else model.revision)


def place_of(
    model: ModelLike, revision: str | None, engine: Engine, precision: EnginePrecision
) -> Path:
    """The folder that an export of this model would have in the cache.

    Raises LoadError where no commit is known: another one would have the same place.
    """
    commit = commit_of(model, revision)
    if commit is None or not is_commit(commit):
        raise LoadError(
            f"{model.id}: exports are kept by commit, and {commit or 'no revision'} is none; give "
            "revision= with 40 hexadecimal digits, or the folder of an export as local_path="
        )
    name = str(model.huggingface_id).replace("/", "--")
    return cache_folder() / "exports" / name / commit / f"{engine}-{precision}-{EXPORTER}"
