"""Probes in this package, for models whose real weights could be run.

own.lock.json next to this file has the form of any lock: the commit, the weights that were run, and
what they answered.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from registry.files.lock_file import LockedModel, read_lock
from registry.probes.texts import VERSION

if TYPE_CHECKING:
    from registry.files.locked_probe import LockedProbe
    from registry.models.kinds import ModelLike

OWN = Path(__file__).with_name("own.lock.json")


def own_probe(model: ModelLike, lock: LockedModel | None = None) -> LockedProbe | None:
    """The probe of a model at its pin or, given its entry in a lock, of the exact weights there.

    >>> from registry import ALL_MINILM_L6_V2, BGE_M3
    >>> own_probe(ALL_MINILM_L6_V2) is not None, own_probe(BGE_M3)
    (True, None)
    """
    own = read_lock(OWN).models.get(model.id)
    if own is None or own.huggingface_id != model.huggingface_id or own.probe is None:
        return None
    same = own.revision == (model.revision if lock is None else lock.revision)
    if lock is not None:
        same = same and all(lock.files.get(path) == file for path, file in own.files.items())
    return own.probe if same and own.probe.texts == VERSION else None
