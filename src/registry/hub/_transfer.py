"""One file from the Hub into the cache: resumed where it was, and verified or not there at all.

A partial file is in `blobs/DIGEST.incomplete`, under the lock that huggingface_hub takes
for the same blob, so that an interrupted or killed download is resumed by the next. A file reaches
the cache only if its digest is right.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from huggingface_hub import constants

from registry.budgets import of_file
from registry.errors import HubUnavailableError, StoreError
from registry.files.digests import Damage, Digests, git_blob
from registry.files.repository_file import RepositoryFile
from registry.files.watcher import Watcher
from registry.hub.answers import Answer, answer, file_url
from registry.hub.asking import ask
from registry.hub.endpoint import who
from registry.hub.snapshot import CachedSnapshot

_PIECE = 1 << 20  # bytes between two progress reports
_WORTH_KEEPING = 1 << 20  # bytes of what was cut short
_START = re.compile(r"bytes (\d+)-")
_GIT_BLOB = re.compile(r'(?:W/)?"?([0-9a-f]{40})"?')


def transfer(
    snapshot: CachedSnapshot, file: RepositoryFile, digests: Digests, watcher: Watcher | None = None
) -> Damage | None:
    """Fetch a file into a snapshot, unless another process did; returns what is wrong with it.

    Raises HubError if it cannot be fetched, OSError or StoreError if it cannot be written. A
    partial file is kept for the next time, if it is worth it and the disk allows.
    """
    if file.size > constants.MAX_HTTP_DOWNLOAD_SIZE:
        raise HubUnavailableError(
            f"{snapshot.huggingface_id}: {who()} serves {file.path} ({file.size} bytes) only "
            f"through Xet; `hf download {snapshot.huggingface_id} {file.path} --revision "
            f"{snapshot.at_hub}` fetches it"
        )
    with snapshot.writing(file) as partial:
        if snapshot.link(file):
            return None
        coming = _Coming(snapshot, file, watcher)
        resumed = coming.fetch(partial)
        damage = coming.damage(partial, digests)
        if damage is not None and resumed:  # what was there before may be to blame
            partial.unlink()
            coming = _Coming(snapshot, file, watcher)
            coming.fetch(partial)
            damage = coming.damage(partial, digests)
        if damage is not None:
            partial.unlink()
            return damage
        placed = snapshot.take_in(file, partial, coming.blob_name(partial))
        if file.sha256 is not None:
            digests.learn(placed, file.sha256)
        return None


class _Coming:
    """A file being fetched."""

    def __init__(
        self, snapshot: CachedSnapshot, file: RepositoryFile, watcher: Watcher | None
    ) -> None:
        self._id, self._commit = snapshot.huggingface_id, snapshot.at_hub
        self._cache = snapshot.cache_dir
        self._file = file
        self._watcher = watcher
        self._name = f"{snapshot.huggingface_id} {file.path}"
        self._url = file_url(snapshot.huggingface_id, file.path, snapshot.at_hub)
        self._sha256 = hashlib.sha256()
        self._etag = ""

    def fetch(self, partial: Path) -> bool:
        """Fetch the missing part; returns whether a part was there before."""
        with partial.open("a+b") as written:
            try:
                resumed = self._resume(written)
                self._tell(lambda watcher: watcher.begin(self._name, self._missing(written)))
                ask(lambda: self._more(written), self._id, self._commit, position=written.tell)
                written.flush()
            except BaseException as error:
                if isinstance(error, (OSError, StoreError)) or written.tell() < _WORTH_KEEPING:
                    partial.unlink(missing_ok=True)
                raise
            finally:
                self._tell(lambda watcher: watcher.end(self._name))
        return resumed

    def damage(self, path: Path, digests: Digests) -> Damage | None:
        """How the fetched file differs from what it should be."""
        if self._file.sha256 is not None:  # computed during the transfer
            digests.learn(path, self._sha256.hexdigest())
        return digests.damage(path, self._file)

    def blob_name(self, path: Path) -> str:
        """Its name in huggingface_hub's cache: the Git blob id, if the Hub uses that."""
        if self._file.git_blob is not None:
            return self._file.git_blob
        called = _GIT_BLOB.fullmatch(self._etag)
        if called is not None and called[1] == git_blob(path):
            return called[1]
        return self._sha256.hexdigest()

    def _resume(self, written: BinaryIO) -> bool:
        """Resume from an existing part; one that is longer than the file is useless."""
        written.seek(0, 2)
        if written.tell() > self._file.size:
            self._begin_anew(written)
        written.seek(0)
        while piece := written.read(_PIECE):
            self._sha256.update(piece)
        return written.tell() > 0

    def _begin_anew(self, written: BinaryIO) -> None:
        written.seek(0)
        written.truncate()
        self._sha256 = hashlib.sha256()

    def _missing(self, written: BinaryIO) -> int:
        return self._file.size - written.tell()

    def _more(self, written: BinaryIO) -> None:
        """Request the rest, and write it as it arrives."""
        at, size = written.tell(), self._file.size
        if at and at == size:
            return
        headers = {"range": f"bytes={at}-"} if at else {}
        budget = of_file(size + _PIECE, constants.HF_HUB_DOWNLOAD_TIMEOUT)
        with answer(self._url, budget, headers=headers) as found:
            if at and not _goes_on(found, at):
                self._begin_anew(written)
                self._tell(lambda watcher: watcher.begin(self._name, size))
            self._etag = found.headers.get("etag", "")
            untold = 0
            for piece in found.pieces:
                if len(piece) > self._missing(written):
                    raise self._of_another_size(written)
                self._write(written, piece)
                self._sha256.update(piece)
                untold += len(piece)
                if untold >= _PIECE:
                    self._advance(untold)
                    untold = 0
            self._advance(untold)
        if self._missing(written):
            raise self._of_another_size(written)

    def _write(self, written: BinaryIO, piece: bytes) -> None:
        try:
            written.write(piece)
        except OSError as error:  # told from those of the network
            raise of_disk(error, self._id, self._cache) from None

    def _of_another_size(self, written: BinaryIO) -> HubUnavailableError:
        self._begin_anew(written)  # nothing to go on from
        return HubUnavailableError(
            f"{self._id}: the size of a file differs from what {who()} reports; try again"
        )

    def _advance(self, count: int) -> None:
        self._tell(lambda watcher: watcher.advance(self._name, count))

    def _tell(self, word: Callable[[Watcher], None]) -> None:
        if self._watcher is not None:
            word(self._watcher)


def of_disk(error: OSError, huggingface_id: str, place: Path) -> StoreError:
    """What to raise for a cache that cannot be written."""
    where = error.filename or place
    return StoreError(f"{huggingface_id} cannot be put into the cache: {where}: {error.strerror}")


def _goes_on(found: Answer, at: int) -> bool:
    """Whether a response is the requested rest, not the whole file."""
    start = _START.match(found.headers.get("content-range", ""))
    return found.status == 206 and start is not None and int(start[1]) == at
