"""The probe of a model in the lock used here, or of the weights that this lock names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.files.lock_file import locked
from registry.probes.own import own_probe
from registry.probes.texts import VERSION

if TYPE_CHECKING:
    from registry.files.locked_probe import LockedProbe
    from registry.models.kinds import ModelLike


def locked_probe(
    model: ModelLike, revision: str | None = None, *, unlocked: bool = False
) -> LockedProbe | None:
    """The probe, if it was made with these texts at this revision; else None.

    A model locked without a probe gets the one that ships with this package, if that was made with
    the exact weights in the lock. With `unlocked`, so does a model that is in no lock. Raises
    CatalogueFileError for a lock that cannot be read.
    """
    lock = None if model.huggingface_id is None else locked(model.id, model.huggingface_id)
    if lock is None:
        return own_probe(model) if unlocked and revision in (None, model.revision) else None
    if revision not in (None, lock.revision):
        return None
    if lock.probe is None:
        return own_probe(model, lock)
    return lock.probe if lock.probe.texts == VERSION else None
