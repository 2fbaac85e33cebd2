"""One file of a checkpoint, and how an Ollama server gets it: it has it, or it is sent."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from registry.checkpoints.checkpoint import Checkpoint
from registry.errors import CheckpointError, LoadError
from registry.libraries.ollama import has_blob, library, send_blob
from registry.ollama._linking import blobs_folder, link
from registry_base.repository_names import is_sha256

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from registry.files.watcher import Watcher
    from registry.ollama.connection import OllamaConnection


class SharedFile:
    """A file, its name for Ollama, its size, and its digest as Ollama writes it ("sha256:...").

    Raises LoadError if it cannot be read, CheckpointError if it is not what its digest
    says, and what `OllamaConnection.errors` does.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        path: Path,
        watcher: Watcher | None = None,
        *,
        name: str | None = None,
    ) -> None:
        self.path = path
        self.name = name or path.name
        self._checkpoint = checkpoint
        self._watcher = watcher
        with self._reading():
            self.size = path.stat().st_size
        named = _named_digest(path)
        self.digest = self._read() if named is None else f"sha256:{named}"

    def is_held(self, connection: OllamaConnection) -> bool:
        """Whether the server has it."""
        with connection.errors():
            return has_blob(connection.client, self.digest)

    def check(self) -> None:
        """Make sure that it matches its digest: a name is not proof."""
        found = self._read()
        if found != self.digest:
            raise self._damaged(f"found {found}")

    def try_link(self, connection: OllamaConnection) -> bool:
        """Hard-link it into the server's store, if that is on the same disk and is ours."""
        folder = blobs_folder(connection.url)
        if folder is None:
            return False
        self.check()  # nothing else checks a link
        blob = link(self.path, self.digest, folder)
        if blob is None:
            return False
        if self.is_held(connection):
            return True
        blob.unlink(missing_ok=True)  # its store is elsewhere
        return False

    def send(self, connection: OllamaConnection) -> None:
        """Give the server its bytes."""
        with self._reading(), self._watched("sending") as content, connection.errors():
            try:
                send_blob(connection.client, self.digest, content)
            except library().ResponseError as error:
                if error.status_code != 400 or "digest" not in error.error:
                    raise
                raise self._damaged(error.error) from None

    def _read(self) -> str:
        with self._reading(), self._watched("reading") as content:
            return f"sha256:{hashlib.file_digest(content, 'sha256').hexdigest()}"

    @contextmanager
    def _watched(self, doing: str) -> Generator[_Watched]:
        if self._watcher is None:
            with _Watched(self.path, lambda _: None) as content:
                yield content
            return
        name, watcher = f"{doing} {self.path.name}", self._watcher
        watcher.begin(name, self.size)
        try:
            with _Watched(self.path, lambda count: watcher.advance(name, count)) as content:
                yield content
        finally:
            watcher.end(name)

    @contextmanager
    def _reading(self) -> Generator[None]:
        """Turn errors of the disk into a LoadError."""
        try:
            yield
        except OSError as error:
            raise LoadError(
                f"{self._checkpoint.model_id}: {self.path} cannot be read: {error.strerror}"
            ) from None

    def _damaged(self, reason: str) -> CheckpointError:
        return self._checkpoint.error(
            f"{self.path.name} is not what its digest says ({reason}): it is damaged, or changed "
            "meanwhile; fetch it again"
        )


class _Watched(io.FileIO):
    """A file that reports how many bytes of it have been read."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path)
        self._tell = tell

    def read(self, size: int | None = -1) -> bytes:
        """For httpx."""
        piece = super().read(-1 if size is None else size)
        self._tell(len(piece))
        return piece

    def readinto(self, buffer: WriteableBuffer) -> int:
        """For hashlib."""
        count = super().readinto(buffer)
        self._tell(count)
        return count


def _named_digest(path: Path) -> str | None:
    """The digest that the Hugging Face cache gives to a large file as its name; no need to read it.

    Only one link is followed: behind it, names may be digests of another kind. If the
    file is damaged, the server will refuse it.
    """
    target = path.readlink() if path.is_symlink() else path
    return target.name if target.parent.name == "blobs" and is_sha256(target.name) else None
