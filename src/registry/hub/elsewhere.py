"""The files of a locked model on a Hub that has them under another commit.

A copy on a private Hub has its own commits. A lock records them, and _same_content.py finds them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from registry.budgets import CONCURRENT
from registry.errors import HubError, RevisionNotFoundError
from registry.files.locked_models import LockedModel
from registry.hub._dialects import read_info
from registry.hub._same_content import believed, known_commit, same_content
from registry.hub.asking import ask
from registry.hub.endpoint import PUBLIC, endpoint
from registry.hub.remote import open_remote
from registry.hub.snapshot import CachedSnapshot
from registry.hub.source import RepositorySource
from registry.threads import in_order

__all__ = [
    "Elsewhere",
    "commit_at_hub",
    "cure_for_unlocked",
    "find_elsewhere",
    "known_commit",
    "locked_snapshot",
    "open_locked",
]


@dataclass(frozen=True)
class Elsewhere:
    """By id: the commits of models on a Hub that lacks the locked ones, and what failed."""

    commits: Mapping[str, str]
    failures: Mapping[str, str]


def find_elsewhere(
    models: Mapping[str, LockedModel], done: Callable[[], None] = lambda: None
) -> Elsewhere:
    """Find the files of locked models on the current Hub; `done` is called after each.

    A model whose locked commit is there is in neither part.
    """

    def one(model: LockedModel) -> str | HubError:
        try:
            return commit_at_hub(model)
        except HubError as error:
            return error
        finally:
            done()

    found = dict(zip(models, in_order(one, models.values(), CONCURRENT), strict=True))
    return Elsewhere(
        {
            key: commit
            for key, commit in found.items()
            if isinstance(commit, str) and commit != models[key].revision
        },
        {key: str(error) for key, error in found.items() if isinstance(error, HubError)},
    )


def locked_snapshot(model: LockedModel, cache_dir: Path | None = None) -> CachedSnapshot:
    """A locked model in a cache, under the locked commit, whatever commit it is fetched from.

    That is the one that the lock names for the current Hub. If it is missing, a commit whose files
    have the same content is looked for.
    """
    return CachedSnapshot(
        model.huggingface_id,
        model.revision,
        cache_dir,
        at_hub=known_commit(model),
        find_at_hub=_Search(model).commit,
    )


def commit_at_hub(model: LockedModel) -> str:
    """Under which commit the current Hub has the files of a model.

    As the lock says, if that commit is there; else one whose files have the same content. Raises
    RevisionNotFoundError, with the files that differ, if there is none; another HubError if the Hub
    cannot be asked.
    """
    for commit in believed(model):
        if _has(model.huggingface_id, commit):
            return commit
    return same_content(model).revision


def open_locked(locked: Iterable[LockedModel]) -> Callable[[str, str | None], RepositorySource]:
    """An opener of repositories that knows under which commits a Hub has what is locked."""
    models = {(each.huggingface_id, each.revision): each for each in locked}

    def opened(huggingface_id: str, revision: str | None) -> RepositorySource:
        model = models.get((huggingface_id, revision or ""))
        if model is None:
            return open_remote(huggingface_id, revision)
        for commit in believed(model):
            with suppress(RevisionNotFoundError):
                return open_remote(huggingface_id, commit)
        return same_content(model)

    return opened


def cure_for_unlocked(model_id: str) -> str:
    """What to do if a Hub does not have the pinned commit of a model that is not locked."""
    if endpoint() == PUBLIC:
        return "correct its revision"
    return (
        "to use the same files under another commit, lock it at a Hub that has the pinned one, "
        f"then run `registry lock {model_id} --endpoint {endpoint()}`"
    )


def _has(huggingface_id: str, commit: str) -> bool:
    try:
        ask(lambda: read_info(huggingface_id, commit), huggingface_id, commit)
    except RevisionNotFoundError:
        return False
    return True


class _Search:
    """Looks for the files of a model once, however many of them are missing at a time."""

    def __init__(self, model: LockedModel) -> None:
        self._model = model
        self._turn = threading.Lock()
        self._found: str | HubError | None = None

    def commit(self) -> str:
        """The commit that has them. Raises HubError."""
        with self._turn:
            if self._found is None:
                try:
                    self._found = same_content(self._model).revision
                except HubError as error:
                    self._found = error
        if isinstance(self._found, HubError):
            raise self._found
        return self._found
