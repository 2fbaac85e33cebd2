"""A repository on the Hub, read with few requests: one for what it is, one for each file read.

A file that is in the Hugging Face cache already costs none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huggingface_hub import (
    HfApi,
    constants,
    get_session,
    hf_hub_url,
    hf_raise_for_status,
    try_to_load_from_cache,
)
from huggingface_hub.errors import SafetensorsParsingError

from registry.errors import (
    HubUnavailableError,
    RepositoryFileError,
    RepositoryNotFoundError,
)
from registry.files.repository_file import RepositoryFile
from registry.hub._json_values import whole
from registry.hub._safetensors_header import parsed, read_header
from registry.hub.asking import ask, no_such_name
from registry.hub.source import LARGEST_TEXT, RepositoryMetadata, Tensor
from registry.libraries.huggingface_hub import model_index, request_headers
from registry_base.json_shapes import look_up
from registry_base.repository_names import is_commit, is_path_inside, is_repository_name

if TYPE_CHECKING:
    from datetime import datetime

    from huggingface_hub import ModelInfo


def open_remote(huggingface_id: str, revision: str | None = None) -> RemoteRepository:
    """Open a repository at a commit, branch or tag; else at the head of its main branch.

    Raises HubError: RepositoryNotFoundError, RepositoryAccessError, RevisionNotFoundError or
    HubUnavailableError, in words that name the cure.
    """
    if not is_repository_name(huggingface_id):
        raise no_such_name(huggingface_id)

    def question() -> RemoteRepository:
        info = HfApi().model_info(
            huggingface_id,
            revision=revision,
            files_metadata=True,
            timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT,
        )
        if info.id != huggingface_id:  # the Hub redirects from old names, and does not mind case
            raise RepositoryNotFoundError(f"{huggingface_id} is now {info.id}; write that")
        return RemoteRepository(info)

    return ask(question, huggingface_id, revision)


class RemoteRepository:
    """A RepositorySource on the Hub, pinned to the commit that was found when it was opened."""

    def __init__(self, info: ModelInfo) -> None:
        if info.sha is None or not is_commit(info.sha):
            raise HubUnavailableError(f"{info.id}: the Hub names no commit")
        self.huggingface_id = info.id
        self.revision: str = info.sha
        self.files = _files(info)
        self.metadata = _metadata(info)

    def __repr__(self) -> str:
        return f"RemoteRepository({self.huggingface_id!r}, {self.revision!r})"

    def read_text(self, path: str) -> str | None:
        """A text file of at most LARGEST_TEXT, or None if the repository has none.

        Raises RepositoryFileError for one that is larger or no UTF-8.
        """
        file = self.files.get(path)
        if file is None:
            return None
        if file.size > LARGEST_TEXT:
            raise self._damaged(path, f"is too large to be read: {file.size} bytes")
        try:
            return self._read(file).decode("utf-8")
        except UnicodeDecodeError:
            raise self._damaged(path, "is no UTF-8") from None

    def read_tensors(self, path: str) -> Mapping[str, Tensor]:
        """What a safetensors file holds: of the file itself only its first bytes are asked for."""
        if (cached := self._cached(path)) is not None:
            with suppress(ValueError, OSError):  # damaged there, it may be whole on the Hub
                return read_header(cached)

        def question() -> dict[str, Tensor]:
            try:
                found = HfApi().parse_safetensors_file_metadata(
                    self.huggingface_id, path, revision=self.revision
                )
                tensors = {
                    name: {"dtype": tensor.dtype, "shape": tensor.shape}
                    for name, tensor in found.tensors.items()
                }
                return parsed(tensors)
            except (SafetensorsParsingError, *_OF_A_STRANGE_HEADER):
                raise self._damaged(path, "is no safetensors file, or damaged") from None

        return ask(question, self.huggingface_id, self.revision)

    def read_sha256(self, path: str) -> str:
        """The SHA-256 of a file: as the Hub lists it, else of what it holds."""
        file = self.files.get(path)
        if file is None:
            raise self._damaged(path, "is not in the repository")
        if file.sha256 is not None:
            return file.sha256
        return hashlib.sha256(self._read(file)).hexdigest()

    def _read(self, file: RepositoryFile) -> bytes:
        """A small file: whole, and what the Hub lists under this name."""
        if (cached := self._cached(file.path)) is not None:
            with suppress(OSError):
                content = cached.read_bytes()
                if _is_listed(file, content):
                    return content
        return ask(lambda: self._download(file), self.huggingface_id, self.revision)

    def _download(self, file: RepositoryFile) -> bytes:
        with _stream(hf_hub_url(self.huggingface_id, file.path, revision=self.revision)) as pieces:
            content = b""
            for piece in pieces:
                content += piece
                if len(content) > file.size:  # however much more there may be
                    break
        if not _is_listed(file, content):
            raise HubUnavailableError(
                f"{self.huggingface_id}: what comes for {file.path} is not what the Hub lists; "
                "try again"
            )
        return content

    def _cached(self, path: str) -> Path | None:
        found = try_to_load_from_cache(self.huggingface_id, path, revision=self.revision)
        return Path(found) if isinstance(found, str) else None

    def _damaged(self, path: str, what: str) -> RepositoryFileError:
        return RepositoryFileError(f"{self.huggingface_id}: {path} {what}")


# What huggingface_hub stumbles over in a header that is JSON, but no header.
_OF_A_STRANGE_HEADER = (AttributeError, TypeError, ValueError, LookupError, RecursionError)


@contextmanager
def _stream(url: str) -> Generator[Iterator[bytes]]:
    """The pieces of a file, as they come, with the token of this person if there is one."""
    # Not hf_hub_download: that asks twice for every file.
    headers = {**request_headers(), "Accept-Encoding": "identity"}
    timeout = constants.HF_HUB_DOWNLOAD_TIMEOUT
    with get_session().stream("GET", url, headers=headers, timeout=timeout) as response:
        hf_raise_for_status(response)
        yield response.iter_bytes()


def _is_listed(file: RepositoryFile, content: bytes) -> bool:
    if len(content) != file.size:
        return False
    if file.sha256 is not None:
        return hashlib.sha256(content).hexdigest() == file.sha256
    # How Git names a file: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    return file.git_blob in (None, blob.hexdigest())


def _files(info: ModelInfo) -> dict[str, RepositoryFile]:
    return {
        sibling.rfilename: RepositoryFile(
            path=sibling.rfilename,
            size=sibling.size or 0,
            sha256=sibling.lfs.sha256 if sibling.lfs is not None else None,
            git_blob=sibling.blob_id if sibling.lfs is None else None,
        )
        for sibling in info.siblings or ()
        if is_path_inside(sibling.rfilename)
    }


def _metadata(info: ModelInfo) -> RepositoryMetadata:
    counted = info.safetensors.parameters if info.safetensors is not None else {}
    gguf = _untyped(info).gguf
    return RepositoryMetadata(
        gated=None if info.gated is None else bool(info.gated),
        private=info.private,
        downloads=info.downloads,
        created=_day(info.created_at),
        last_modified=_day(info.last_modified),
        pipeline_tag=info.pipeline_tag,
        library=info.library_name,
        tags=tuple(str(tag) for tag in info.tags or ()),
        card=_card(info),
        parameters=dict(counted),
        gguf_parameters=whole(look_up(gguf, "total")),
        gguf_context=whole(look_up(gguf, "context_length")),
    )


def _day(moment: datetime | None) -> str | None:
    return None if moment is None else moment.date().isoformat()


def _card(info: ModelInfo) -> dict[str, Any]:
    """The card's data as the card has it; huggingface_hub keeps its figures in objects."""
    card: dict[str, Any] = dict(vars(info.card_data)) if info.card_data else {}
    results = card.pop("eval_results", None)
    if (written := _untyped(info).model_index) is not None:
        card["model-index"] = written
    elif results:
        with suppress(TypeError, AttributeError):  # figures of no use
            card["model-index"] = model_index(info.id, results)
    return card


def _untyped(info: ModelInfo) -> Any:
    """What the Hub answered need not be what the library declares."""
    return info
