"""Where exports are in the user's cache: by repository, commit, engine, precision and exporter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import LoadError
from registry.exports.export import EXPORTER, Engine, EnginePrecision
from registry.files.cache_folder import cache_folder
from registry.files.lock_file import LockedModel, locked
from registry_base.repository_names import is_commit, is_repository_name

if TYPE_CHECKING:
    from registry.models.kinds import ModelLike

# In place of the slash; no name of a repository has it.
_BETWEEN = "--"


def locked_weights(model: ModelLike, revision: str | None) -> LockedModel | None:
    """The model in the lock, if no revision or the locked one was requested."""
    name = model.huggingface_id
    found = None if name is None else locked(model.id, name)
    return found if found and revision in (None, found.revision) else None


def commit_of(model: ModelLike, revision: str | None) -> str | None:
    """The revision of a model: requested, else locked, else pinned; None if unknown.

    Raises CatalogueFileError for a lock that cannot be read.
    """
    lock = locked_weights(model, revision)
    return revision or (lock.revision if lock else model.revision)


def place_of(
    model: ModelLike, revision: str | None, engine: Engine, precision: EnginePrecision
) -> Path:
    """The folder that an export of this model would have in the cache.

    Raises LoadError if no commit is known, because another would have the same place.
    """
    commit = commit_of(model, revision)
    if commit is None or not is_commit(commit):
        raise LoadError(
            f"{model.id}: exports are stored by commit, and {commit or 'no revision'} is not one; "
            "give revision= with 40 hexadecimal digits, or the folder of an export as local_path="
        )
    return folder_of(str(model.huggingface_id), commit, engine, precision, EXPORTER)


def folder_of(huggingface_id: str, commit: str, engine: str, precision: str, exporter: str) -> Path:
    """The folder of an export in the cache. Raises MissingExtraError as cache_folder does."""
    name = huggingface_id.replace("/", _BETWEEN)
    return exports_folder() / name / commit / f"{engine}-{precision}-{exporter}"


def exports_folder() -> Path:
    """The folder of all exports in the cache. Raises MissingExtraError as cache_folder does."""
    return cache_folder() / "exports"


def repository_in(name: str) -> str | None:
    """The repository whose exports a folder in it has; None if it is named after none.

    >>> repository_in("BAAI--bge-m3"), repository_in("notes")
    ('BAAI/bge-m3', None)
    """
    repository = name.replace(_BETWEEN, "/", 1)
    return repository if is_repository_name(repository) else None
