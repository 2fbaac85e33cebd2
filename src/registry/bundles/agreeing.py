"""Whether a bundle belongs to the catalogue and the lock in use here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from registry.bundles.opening import Bundle
from registry.catalogue.entries import Entry
from registry.errors import BundleError
from registry.files.lock_file import Lock, LockedModel
from registry_base.folders import shown


def check_agreement(
    bundle: Bundle, entries: Iterable[Entry], lock: Lock, *, catalogue: str, lock_path: Path
) -> None:
    """Refuse a bundle that was made for another catalogue, or is locked differently here.

    entries: those of the catalogue in use, which messages call `catalogue`; lock: the one at
    `lock_path`. Raises BundleError with a line for each model that does not fit.
    """
    here = {entry.id: entry for entry in entries}
    problems = [
        f"{bundle.name}: {entry.id} {problem}"
        for entry in bundle.entries
        for problem in _differences(entry, here.get(entry.id), bundle, catalogue)
    ]
    problems += [
        f"{bundle.name}: {key} {problem}; to keep to the bundle, name another lock with --lock, or "
        f"lock it anew there"
        for key, model in bundle.lock.models.items()
        if (problem := _locked_otherwise(model, lock.models.get(key), lock_path))
    ]
    if problems:
        raise BundleError("\n".join(problems))


def _differences(
    theirs: Entry, ours: Entry | None, bundle: Bundle, catalogue: str
) -> Iterator[str]:
    made_for = f"the bundle was made for {bundle.manifest.catalogue}; name it with --catalogue"
    if ours is None:
        yield f"is not in the catalogue {catalogue}: {made_for}"
        return
    if ours.huggingface_id != theirs.huggingface_id:
        yield (
            f"is {theirs.huggingface_id} in the bundle, {ours.huggingface_id} in the catalogue "
            f"{catalogue}: {made_for}"
        )
        return
    locked = bundle.lock.models.get(ours.id)
    pins = {theirs.revision, None if locked is None else locked.revision}
    if ours.revision is not None and ours.revision not in pins:
        there = theirs.revision or (None if locked is None else locked.revision)
        yield (
            f"is pinned to {ours.revision[:12]} in the catalogue {catalogue}, the bundle has "
            f"{str(there)[:12]}: {made_for}, or make the bundle anew with this pin"
        )


def _locked_otherwise(theirs: LockedModel, ours: LockedModel | None, path: Path) -> str | None:
    if ours is None or (ours.revision == theirs.revision and ours.same_files(theirs)):
        return None
    return (
        f"is locked at {ours.revision[:12]} in {shown(path)}, the bundle has {theirs.revision[:12]}"
    )
