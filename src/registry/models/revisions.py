"""Which commit of a model to use here: the lock's, else the one that its entry is pinned to."""

from __future__ import annotations

from typing import Protocol

from registry.files.lock_file import locked
from registry.models.kinds import Identified


class Pinned(Identified, Protocol):
    """A model whose entry may be pinned to a commit."""

    @property
    def revision(self) -> str | None:
        """The commit of its Hub repository."""
        ...


def locked_revision(model: Pinned) -> str | None:
    """The commit that `load` and `fingerprint` take for a model, for other libraries too.

    That of the models.lock.json in use, else the pin of the entry; None if there is no commit, and
    for a model behind an API. Raises CatalogueFileError for a lock that cannot
    be read, or that has another repository.

        SentenceTransformer(MODEL.huggingface_id, revision=locked_revision(MODEL))

    >>> from registry import BGE_M3
    >>> locked_revision(BGE_M3) == BGE_M3.revision
    True
    """
    if model.huggingface_id is None:
        return None
    lock = locked(model.id, model.huggingface_id)
    return model.revision if lock is None else lock.revision
