"""A repository on the Hub, read with few requests: one for what it is, one for each file read.

A file that is already in the Hugging Face cache costs none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from huggingface_hub import constants, try_to_load_from_cache

from registry.budgets import of_file
from registry.errors import (
    HubUnavailableError,
    RepositoryFileError,
    RepositoryMovedError,
    RevisionNotFoundError,
)
from registry.files.repository_file import RepositoryFile
from registry.hub._dialects import completed, not_there, read_info
from registry.hub._listing import Listing, listing
from registry.hub._safetensors_header import LONGEST, parsed, read_header
from registry.hub.answers import answer, file_url
from registry.hub.asking import ask, no_such_name
from registry.hub.endpoint import who
from registry.hub.source import LARGEST_TEXT, Tensor
from registry_base.regular_file import read_regular
from registry_base.repository_names import is_repository_name

_FIRST = 100_000  # bytes of a safetensors file: 97 of 100 headers are shorter, says huggingface_hub
_LARGEST_IN_GIT = 100 << 20  # bytes; the Hub takes larger files into LFS alone


def open_remote(
    huggingface_id: str, revision: str | None = None, *, renamed: bool = False
) -> RemoteRepository:
    """Open a repository at a commit, branch or tag; else at the head of its main branch.

    renamed: accept one that has another name by now.

    Raises HubError: RepositoryNotFoundError, RepositoryAccessError, RevisionNotFoundError or
    HubUnavailableError, with messages that say how to fix it.
    """
    if not is_repository_name(huggingface_id):
        raise no_such_name(huggingface_id)

    def question() -> RemoteRepository:
        info = completed(read_info(huggingface_id, revision), huggingface_id)
        found = listing(info)
        # The Hub redirects from old names, and does not mind case.
        if found.huggingface_id != huggingface_id and not renamed:
            if not is_repository_name(found.huggingface_id):
                raise ValueError("not the name of a repository")
            raise RepositoryMovedError(huggingface_id, found.huggingface_id)
        return RemoteRepository(found)

    try:
        return ask(question, huggingface_id, revision)
    except RevisionNotFoundError as error:
        if revision is None:
            raise
        raise not_there(error, huggingface_id, revision) from None


class RemoteRepository:
    """A RepositorySource on the Hub, pinned to the commit that was found when it was opened."""

    def __init__(self, found: Listing) -> None:
        self.huggingface_id = found.huggingface_id
        self.revision = found.revision
        self.files = found.files
        self.metadata = found.metadata

    def __repr__(self) -> str:
        return f"RemoteRepository({self.huggingface_id!r}, {self.revision!r})"

    def read_text(self, path: str) -> str | None:
        """A text file of at most LARGEST_TEXT, or None if the repository has none.

        Raises RepositoryFileError for one that is larger or not UTF-8.
        """
        file = self.files.get(path)
        if file is None:
            return None
        if file.size > LARGEST_TEXT:
            raise self._damaged(path, f"is too large to be read: {file.size} bytes")
        try:
            return self._read(file).decode("utf-8")
        except UnicodeDecodeError:
            raise self._damaged(path, "is not valid UTF-8") from None

    def read_tensors(self, path: str) -> Mapping[str, Tensor]:
        """The tensors of a safetensors file: only its first bytes are requested."""
        if (cached := self._cached(path)) is not None:
            with suppress(ValueError, OSError):  # damaged there, it may be intact on the Hub
                return read_header(cached)

        file = self._listed(path)

        def question() -> dict[str, Tensor]:
            start = self._start(file, _FIRST)
            length = int.from_bytes(start[:8], "little")
            if len(start) < 8 or length > min(LONGEST, file.size - 8):
                raise self._damaged(path, "is damaged or not a safetensors file")
            if len(start) < 8 + length:
                start = self._start(file, 8 + length)
            try:
                return parsed(json.loads(start[8 : 8 + length]))
            except (ValueError, RecursionError):
                raise self._damaged(path, "is damaged or not a safetensors file") from None

        return ask(question, self.huggingface_id, self.revision)

    def read_sha256(self, path: str) -> str:
        """The SHA-256 of a file: as the Hub lists it, else of what it holds."""
        file = self._listed(path)
        if file.sha256 is not None:
            return file.sha256
        if file.size > _LARGEST_IN_GIT:
            raise self._damaged(path, f"is too large to be read: {file.size} bytes")
        return hashlib.sha256(self._read(file)).hexdigest()

    def _listed(self, path: str) -> RepositoryFile:
        file = self.files.get(path)
        if file is None:
            raise self._damaged(path, "is not in the repository")
        return file

    def _read(self, file: RepositoryFile) -> bytes:
        """A small file: whole, and what the Hub lists under this name."""
        if (cached := self._cached(file.path)) is not None:
            with suppress(OSError):
                content = read_regular(cached, file.size + 1)
                if _is_listed(file, content):
                    return content
        return ask(lambda: self._download(file), self.huggingface_id, self.revision)

    def _download(self, file: RepositoryFile) -> bytes:
        content = self._start(file, file.size + 1)  # there must not be more
        if not _is_listed(file, content):
            raise HubUnavailableError(
                f"{self.huggingface_id}: the content of {file.path} does not match what "
                f"{who()} lists; try again"
            )
        return content

    def _start(self, file: RepositoryFile, count: int) -> bytes:
        """The first `count` bytes of a file, or all if there are not as many."""
        url = file_url(self.huggingface_id, file.path, self.revision)
        budget = of_file(count + (1 << 20), constants.HF_HUB_DOWNLOAD_TIMEOUT)
        headers = {"range": f"bytes=0-{count - 1}"} if file.size else {}
        content = bytearray()
        with answer(url, budget, headers=headers) as found:
            for piece in found.pieces:
                content += piece
                if len(content) >= count:  # however much more there may be
                    break
        return bytes(content[:count])

    def _cached(self, path: str) -> Path | None:
        found = try_to_load_from_cache(self.huggingface_id, path, revision=self.revision)
        return Path(found) if isinstance(found, str) else None

    def _damaged(self, path: str, what: str) -> RepositoryFileError:
        return RepositoryFileError(f"{self.huggingface_id}: {path} {what}")


def _is_listed(file: RepositoryFile, content: bytes) -> bool:
    if len(content) != file.size:
        return False
    if file.sha256 is not None:
        return hashlib.sha256(content).hexdigest() == file.sha256
    # How Git names a file: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return file.git_blob in (None, blob.hexdigest())
