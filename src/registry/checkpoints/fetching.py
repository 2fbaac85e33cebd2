"""The files of a model for loading: from the cache, or fetched; checked if they are locked.

If models.lock.json has the model, only the locked files are fetched, and no byte is used that the
lock does not cover. Otherwise, the pinned revision is fetched as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from registry.budgets import CONCURRENT
from registry.errors import (
    CheckpointError,
    HubError,
    HubUnavailableError,
    LoadError,
    MissingExtraError,
    RegistryError,
    RevisionNotFoundError,
    StoreError,
)
from registry.files.digests import Damage, Digests
from registry.files.lock_file import LockedModel, locked
from registry.files.needed_files import (
    PICKLE_SUFFIXES,
    has_weights,
    is_conversion,
    needed_files,
)
from registry.models.api import repository_of
from registry.threads import in_order

if TYPE_CHECKING:
    from registry.checkpoints.options import CheckpointOptions
    from registry.files.repository_file import RepositoryFile
    from registry.models.kinds import ModelLike


def lock_of(model: ModelLike, options: CheckpointOptions) -> LockedModel | None:
    """The model in the lock, unless a path or another revision was given.

    Raises CatalogueFileError for a lock that cannot be read, or has another repository.
    """
    if options.local_path is not None:
        return None
    found = locked(model.id, repository_of(model))
    return found if found and options.revision in (None, found.revision) else None


def fetch(
    model: ModelLike, options: CheckpointOptions, only: Callable[[str], bool] | None = None
) -> Path:
    """The folder of a model's files: of the requested, else locked, else pinned revision.

    only: which locked files; by default all but conversions for other runtimes.

    Raises LoadError if they are not available, CheckpointError naming each file that is not as
    locked, CatalogueFileError as `lock_of` does.
    """
    lock = lock_of(model, options)
    revision = options.revision or (lock.revision if lock else model.revision)
    where_in_hub = f"{model.huggingface_id} at {revision or 'its head'}"
    where = f"{model.id}: {where_in_hub}"
    try:
        if lock is not None:
            return _fetch_locked(model, lock, options, only)
        from registry.hub.downloads import fetch_snapshot

        return fetch_snapshot(
            repository_of(model),
            revision,
            cache_dir=options.cache_dir,
            needed=partial(
                needed_files,
                remote_code=options.trust_remote_code,
                pickles=options.allow_pickle,
            ),
            # The entry's facts are about the pinned commit.
            expected=model.safetensors_files if revision == model.revision else (),
            local_files_only=options.local_files_only,
        )
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "encoders") from None
    except HubUnavailableError as error:
        missing: tuple[str, ...] = getattr(error, "missing", ())
        what = where if not missing else f"{model.id}: {_some(missing)}, of {where_in_hub},"
        said: str = getattr(error, "reason", str(error))
        if options.local_files_only or not said:
            cure = f"`registry pull {model.id}` fetches it; or say where it is"
            reason = f"may not be fetched; {cure}"
        else:
            reason = f"cannot be fetched: {said}"
        raise LoadError(f"{what} is not in the cache and {reason}") from None
    except (HubError, StoreError) as error:
        raise LoadError(f"{model.id}: {error}{_cure(model, revision, lock, error)}") from None


def _cure(
    model: ModelLike, revision: str | None, lock: LockedModel | None, error: RegistryError
) -> str:
    """What else to do if a Hub does not have the pinned commit."""
    pinned = revision is not None and revision == model.revision
    if lock is not None or not pinned or not isinstance(error, RevisionNotFoundError):
        return ""
    from registry.hub.elsewhere import cure_for_unlocked

    return f"; {cure_for_unlocked(model.id)}"


def _fetch_locked(
    model: ModelLike,
    lock: LockedModel,
    options: CheckpointOptions,
    only: Callable[[str], bool] | None,
) -> Path:
    from registry.hub.downloads import IncompleteCacheError, fetch_checked, is_offline
    from registry.hub.elsewhere import locked_snapshot
    from registry.hub.fetching_bar import fetching_bar

    snapshot = locked_snapshot(lock, options.cache_dir)
    digests = Digests()

    def one(file: RepositoryFile) -> Damage | None:
        if snapshot.has(file):
            return digests.damage(snapshot.folder / file.path, file)
        fetch_checked(
            snapshot,
            file,
            digests,
            local_files_only=options.local_files_only,
            watcher=bar,
        )
        return None

    def is_wanted(path: str) -> bool:
        if only is not None:
            return only(path)
        if has_weights(lock.files) and is_conversion(path):
            return False
        return options.allow_pickle or not path.endswith(PICKLE_SUFFIXES)

    wanted = [file for file in lock.expected if is_wanted(file.path)]
    missing = [file for file in wanted if not snapshot.has(file)]
    if missing and is_offline(options.local_files_only):
        raise IncompleteCacheError(lock.huggingface_id, [file.path for file in missing])
    try:
        with fetching_bar(missing) as bar:
            found = in_order(one, wanted, CONCURRENT)
        damaged = [damage.message for damage in found if damage is not None]
    finally:
        digests.keep()
    if damaged:
        raise CheckpointError(
            f"{model.id}: does not match the lock: {'; '.join(damaged)}; "
            f"`registry pull {model.id}` fetches the damaged files again (in {snapshot.folder})"
        )
    return snapshot.folder


def _some(paths: tuple[str, ...]) -> str:
    """The first few of some files."""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return ", ".join(paths[:3]) + more
