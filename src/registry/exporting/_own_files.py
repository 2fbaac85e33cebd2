"""Fetch a repository's own file for an engine into the folder of an export."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from registry.backends.interface import LoadOptions
from registry.errors import CheckpointError, HubError, LoadError, StoreError
from registry.exports.own_files import OwnFile
from registry.exports.place import commit_of, locked_weights
from registry.files.digests import Digests, damages
from registry.files.lock_file import LockedModel

if TYPE_CHECKING:
    from registry.models.kinds import Loadable


def fetch_own(model: Loadable, own: OwnFile, options: LoadOptions, target: Path) -> Path:
    """Copy the file, and its weights if they are next to it, into a folder; return its copy.

    Raises LoadError if it is not available, CheckpointError if it is not as locked.
    """
    folder = _folder(model, own, options)
    paths = [path for path in _listed(folder) if own.belongs(path)]
    if own.path not in paths:
        raise LoadError(f"{model.id}: there is no {own.path} (in {folder})")
    lock = None if options.local_path else locked_weights(model, options.revision)
    if lock is not None and own.huggingface_id == lock.huggingface_id:
        expected = [each for each in lock.expected if each.path in paths]
        if damaged := damages(folder, expected):
            raise CheckpointError(
                f"{model.id}: does not match the lock: "
                f"{'; '.join(each.message for each in damaged)}"
            )
    for path in paths:
        shutil.copyfile(folder / path, target / PurePosixPath(path).name)
    return target / PurePosixPath(own.path).name


def _folder(model: Loadable, own: OwnFile, options: LoadOptions) -> Path:
    if options.local_path is not None:
        return options.local_path
    from registry.hub.downloads import fetch_snapshot

    def needed(paths: Iterable[str]) -> list[str]:
        return [path for path in paths if own.belongs(path)]

    revision = own.revision or commit_of(model, options.revision)
    lock = locked_weights(model, revision)
    try:
        same = lock is not None and lock.huggingface_id == own.huggingface_id
        if lock is not None and same and own.path in lock.files:
            return _locked(lock, own, options)
        return fetch_snapshot(
            own.huggingface_id,
            revision,
            cache_dir=options.cache_dir,
            needed=needed,
            expected=(own.path,),
            local_files_only=options.local_files_only,
        )
    except (HubError, StoreError) as error:
        raise LoadError(f"{model.id}: {own.path} is not available: {error}") from None


def _locked(lock: LockedModel, own: OwnFile, options: LoadOptions) -> Path:
    """The same for a locked file, which a Hub may have under another commit."""
    from registry.hub.downloads import fetch_checked
    from registry.hub.elsewhere import locked_snapshot

    snapshot, digests = locked_snapshot(lock, options.cache_dir), Digests()
    for file in lock.expected:
        if own.belongs(file.path) and not snapshot.has(file):
            offline = options.local_files_only
            fetch_checked(snapshot, file, digests, local_files_only=offline)
    digests.keep()
    return snapshot.folder


def _listed(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
