"""Find a commit on a Hub whose files are the locked ones, by their content.

A file is the same if its SHA-256 is that of the lock: as listed by the Hub, else as computed. A
name or a size never decides.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from huggingface_hub.errors import HfHubHTTPError

from registry.errors import RepositoryFileError, RevisionNotFoundError
from registry.files.locked_models import LockedModel
from registry.files.repository_file import RepositoryFile
from registry.hub._dialects import read_info
from registry.hub.answers import read_json
from registry.hub.asking import ask
from registry.hub.endpoint import endpoint
from registry.hub.remote import RemoteRepository, open_remote
from registry_base.json_shapes import is_list, is_object, look_up
from registry_base.repository_names import is_commit

_MOST = 50  # commits of a repository that are looked at
_log = logging.getLogger(__name__)


def known_commit(model: LockedModel) -> str:
    """Under which commit the current Hub has a model, as far as the lock says."""
    return model.elsewhere.get(endpoint(), model.revision)


def believed(model: LockedModel) -> Iterable[str]:
    """The commits that a Hub may have of a model, as far as the lock says."""
    return dict.fromkeys((known_commit(model), model.revision))


def same_content(model: LockedModel) -> RemoteRepository:
    """The repository of a model at a commit whose files are the locked ones.

    Raises RevisionNotFoundError, with the files that differ, if there is none; another HubError if
    the Hub cannot be asked.
    """
    nearest: tuple[str, list[str]] | None = None
    comparison = _Comparison(model)
    for commit in _commits(model):
        try:
            source = open_remote(model.huggingface_id, commit)
        except RevisionNotFoundError:  # listed, and not shown
            continue
        differing = comparison.differing(source)
        if not differing:
            _log.info(
                "%s: %s has the files of %s under %s",
                model.huggingface_id,
                endpoint(),
                model.revision,
                source.revision,
            )
            return source
        if nearest is None or len(differing) < len(nearest[1]):
            nearest = source.revision, differing
    missing = f"{model.huggingface_id}: commit {model.revision} is not at {endpoint()}"
    if nearest is None:
        raise RevisionNotFoundError(f"{missing}, nor is any other commit with these files")
    raise RevisionNotFoundError(
        f"{missing}, and no commit there has the same files; the closest, {nearest[0]}, differs in "
        f"{', '.join(nearest[1])}; upload the files of {model.revision[:12]} to that Hub"
    )


@dataclass
class _Comparison:
    """Compares commits with what is locked; files that many of them share are read once."""

    model: LockedModel
    read: dict[str, str] = field(default_factory=dict[str, str])

    def differing(self, source: RemoteRepository) -> list[str]:
        """The locked files that differ or are missing in a commit. Raises HubError."""
        each = (self._difference(source, path) for path in self.model.files)
        return [difference for difference in each if difference is not None]

    def _difference(self, source: RemoteRepository, path: str) -> str | None:
        there, locked = source.files.get(path), self.model.files[path]
        if there is None:
            return f"{path} (missing)"
        if there.size != locked.size:
            return path
        try:
            return None if self._sha256(source, there) == locked.sha256 else path
        except RepositoryFileError:  # too large to be read for that
            return f"{path} (no SHA-256 stated)"

    def _sha256(self, source: RemoteRepository, file: RepositoryFile) -> str:
        known = self.read.get(file.git_blob or "")
        found = known or source.read_sha256(file.path)
        if file.git_blob is not None:
            self.read[file.git_blob] = found
        return found


def _commits(model: LockedModel) -> Iterator[str]:
    """Commits of a repository: those of the lock, heads, tags, what was before the head."""
    name = model.huggingface_id
    seen = set(believed(model))
    yield from believed(model)
    for question in (_head, _named, _past):
        for commit in ask(partial(question, name), name, None):
            if commit not in seen and len(seen) < _MOST:
                seen.add(commit)
                yield commit


def _head(huggingface_id: str) -> list[str]:
    return [str(read_info(huggingface_id, None)["sha"])]


def _named(huggingface_id: str) -> list[str]:
    refs = _listed(f"models/{huggingface_id}/refs")
    each = (entry for kind in ("branches", "tags") for entry in _list(look_up(refs, kind)))
    return _shas(each, "targetCommit")


def _past(huggingface_id: str) -> list[str]:
    return _shas(_list(_listed(f"models/{huggingface_id}/commits/main")), "id")


def _listed(path: str) -> object:
    """What a server lists; None if it does not."""
    try:
        return read_json(path)
    except HfHubHTTPError as error:
        if error.response.status_code in (404, 405, 501):
            return None
        raise


def _list(value: object) -> list[object]:
    return list(value) if is_list(value) else []


def _shas(entries: Iterable[object], key: str) -> list[str]:
    found = (str(each.get(key)) for each in entries if is_object(each))
    return [sha for sha in found if is_commit(sha)]
