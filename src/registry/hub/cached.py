"""A repository on this machine: any folder, or a commit in the Hugging Face cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from registry.errors import HubUnavailableError, RepositoryFileError
from registry.files.repository_file import RepositoryFile
from registry.hub._json_values import line, several
from registry.hub._safetensors_header import read_header
from registry.hub.source import LARGEST_TEXT, RepositoryMetadata, Tensor
from registry_base.repository_names import is_commit, is_path_inside


class FolderRepository:
    """A RepositorySource in a folder; what only the Hub knows is unknown.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "config.json").write_text("{}")
    ...     source = FolderRepository(Path(folder), "acme/tiny")
    ...     source.revision, list(source.files), source.read_text("config.json")
    (None, ['config.json'], '{}')
    """

    def __init__(self, path: Path, huggingface_id: str, revision: str | None = None) -> None:
        self.path = path
        self.huggingface_id = huggingface_id
        self.revision = revision

    def __repr__(self) -> str:
        return f"FolderRepository({str(self.path)!r}, {self.huggingface_id!r}, {self.revision!r})"

    @property
    def files(self) -> Mapping[str, RepositoryFile]:
        """What it holds, by path; hashes are not known until the files are read."""
        return self._files

    @property
    def metadata(self) -> RepositoryMetadata:
        """What its card says; no card, or a damaged one, says nothing."""
        return self._metadata

    # Apart from the properties of the protocol, which pyright takes no cached_property for.
    @cached_property
    def _files(self) -> Mapping[str, RepositoryFile]:
        found = {path.relative_to(self.path).as_posix(): path for path in _walk(self.path)}
        return {
            name: RepositoryFile(path=name, size=found[name].stat().st_size)
            for name in sorted(found)
            if is_path_inside(name)
        }

    @cached_property
    def _metadata(self) -> RepositoryMetadata:
        card = self._card()
        return RepositoryMetadata(
            pipeline_tag=line(card.get("pipeline_tag")),
            library=line(card.get("library_name")),
            tags=tuple(tag for tag in map(line, several(card.get("tags"))) if tag is not None),
            card=card,
        )

    def _card(self) -> dict[str, Any]:
        import huggingface_hub

        file = self.files.get("README.md")
        if file is None or file.size > LARGEST_TEXT:
            return {}
        try:
            untyped: Any = huggingface_hub  # its metadata_load is typed in part
            card: dict[str, Any] | None = untyped.metadata_load(self.path / "README.md")
        except Exception:  # whatever the YAML library raises: a damaged card says nothing
            card = None
        return card or {}

    def read_text(self, path: str) -> str | None:
        """A text file of at most LARGEST_TEXT, or None if there is none.

        Raises RepositoryFileError for one that is larger or not UTF-8.
        """
        file = self.files.get(path)
        if file is None:
            return None
        if file.size > LARGEST_TEXT:
            raise self._damaged(path, f"is too large to be read: {file.size} bytes")
        try:
            return (self.path / path).read_text("utf-8")
        except UnicodeDecodeError:
            raise self._damaged(path, "is not valid UTF-8") from None
        except OSError as error:
            raise self._damaged(path, f"cannot be read: {error.strerror}") from None

    def read_tensors(self, path: str) -> Mapping[str, Tensor]:
        """What a safetensors file holds. Raises RepositoryFileError if it is damaged."""
        if path not in self.files:
            raise self._damaged(path, "is not there")
        try:
            return read_header(self.path / path)
        except ValueError as error:
            raise self._damaged(path, str(error)) from None
        except OSError as error:
            raise self._damaged(path, f"cannot be read: {error.strerror}") from None

    def read_sha256(self, path: str) -> str:
        """The SHA-256 of what a file holds; takes as long as reading all of it."""
        if path not in self.files:
            raise self._damaged(path, "is not there")
        try:
            with (self.path / path).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise self._damaged(path, f"cannot be read: {error.strerror}") from None

    def _damaged(self, path: str, what: str) -> RepositoryFileError:
        return RepositoryFileError(f"{self.huggingface_id}: {path} {what}")


def open_cached(
    huggingface_id: str, revision: str | None = None, cache_dir: str | Path | None = None
) -> FolderRepository:
    """A repository in the Hugging Face cache, as far as its files have been fetched.

    `revision` is a commit, branch or tag; None means the main branch as it was last fetched.
    Makes no network requests. Raises HubUnavailableError if the cache does not have it.
    """
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    untyped: Any = huggingface_hub  # its snapshot_download is typed in part
    try:
        found: str = untyped.snapshot_download(
            huggingface_id, revision=revision, cache_dir=cache_dir, local_files_only=True
        )
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        at = "" if revision is None else f" at {revision}"
        raise HubUnavailableError(
            f"{huggingface_id}{at} is not in the Hugging Face cache; fetch it, or ask the Hub"
        ) from None
    # The cache names the folder of a snapshot by its commit.
    folder = Path(found)
    return FolderRepository(folder, huggingface_id, folder.name if is_commit(folder.name) else None)


def _walk(folder: Path) -> Iterator[Path]:
    """The files of a folder, except in hidden folders: .git, and .cache of huggingface_hub."""
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (path for name in names if (path := Path(parent, name)).is_file())
