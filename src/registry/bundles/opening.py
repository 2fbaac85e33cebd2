"""A bundle on disk: its structure is checked when it is opened, its bytes when read.

Nothing is unpacked to inspect it. A truncated or extended bundle is refused at once.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from registry.bundles._copying import copy
from registry.bundles._in_archive import InArchive
from registry.bundles._in_folder import InFolder
from registry.bundles.manifest import (
    DOCUMENTS,
    ENTRIES,
    LOCK,
    MAKE_ANEW,
    Manifest,
    Member,
    is_license,
)
from registry.catalogue.entries import Entry, entry_of
from registry.errors import BundleError, CatalogueFileError
from registry.files.lock_file import Lock, read_lock
from registry_base.json_document import parse_bytes
from registry_base.problems import DocumentError


class Bundle:
    """An open bundle. name: what messages call it.

    lock: that of its models; entries: those models in the catalogue that it was made for. Raises
    BundleError if these texts do not match the manifest.
    """

    def __init__(self, name: str, there: InArchive | InFolder) -> None:
        self.name = name
        self.manifest: Manifest = there.manifest
        self._there = there
        documents = {
            member.name: self._read(member) for member in self.manifest.members[: len(DOCUMENTS)]
        }
        self.lock = self._lock(documents[LOCK])
        self.entries = self._entries(documents[ENTRIES])
        self._check_lock()

    def open(self, member: Member) -> io.BufferedReader:
        """A member as a file of its own. Raises OSError."""
        return self._there.open(member)

    def pour(
        self,
        member: Member,
        write: Callable[[memoryview], object] = lambda _: None,
        advance: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Give the bytes of a member to `write`, piece by piece.

        Raises BundleError at the end if they do not match the manifest.
        """
        try:
            with self.open(member) as file:
                size, digest = copy(file, write, advance)
        except OSError as error:
            if error.filename is not None:  # from the output
                raise
            raise self._refused(member, f"cannot be read: {error.strerror}") from None
        if size != member.size:
            raise self._refused(member, f"is cut short: {size} of {member.size} bytes")
        if digest != member.sha256:
            raise self._refused(member, f"has changed: sha256 {digest[:12]}")

    def _refused(self, member: Member, what: str) -> BundleError:
        return self.manifest.refused(self.name, member.name, what)

    def _read(self, member: Member) -> bytes:
        pieces: list[bytes] = []
        self.pour(member, lambda piece: pieces.append(bytes(piece)))
        return b"".join(pieces)

    def _lock(self, raw: bytes) -> Lock:
        try:
            with TemporaryDirectory(prefix="registry-bundle-") as folder:
                path = Path(folder, LOCK)
                path.write_bytes(raw)
                return read_lock(path)
        except CatalogueFileError:
            raise BundleError(f"{self.name}: {LOCK} is damaged; {MAKE_ANEW}") from None

    def _entries(self, raw: bytes) -> tuple[Entry, ...]:
        try:
            models = parse_bytes(raw, f"{self.name}: {ENTRIES}").data["models"]
            return tuple(entry_of(model) for model in models)
        except (DocumentError, KeyError, TypeError, AttributeError):
            raise BundleError(f"{self.name}: {ENTRIES} is damaged; {MAKE_ANEW}") from None

    def _check_lock(self) -> None:
        """The lock and the manifest are about the same files."""
        there = {
            (model_id, each.huggingface_id, each.revision): {
                (file.path, file.size, file.sha256) for file in each.files
            }
            for each in self.manifest.snapshots
            for model_id in each.models
        }
        locked = {
            (model.huggingface_id, model.revision, path)
            for model in self.lock.models.values()
            for path in model.files
        }
        for each in self.manifest.snapshots:
            for file in each.files:
                place = (each.huggingface_id, each.revision, file.path)
                if place not in locked and not is_license(file.path):
                    raise BundleError(
                        f"{self.name}: {each.huggingface_id} {file.path} is not in its {LOCK}; "
                        f"{MAKE_ANEW}"
                    )
        for model_id, model in self.lock.models.items():
            kept = there.get((model_id, model.huggingface_id, model.revision), set())
            wanted = {(path, file.size, file.sha256) for path, file in model.files.items()}
            if lacking := sorted(path for path, *_ in wanted - kept):
                raise BundleError(
                    f"{self.name}: {model_id}: {lacking[0]} is in its {LOCK} but not in the "
                    f"manifest; {MAKE_ANEW}"
                )
        if {entry.id for entry in self.entries} != {*self.manifest.models, *self.lock.models}:
            raise BundleError(
                f"{self.name}: {ENTRIES} is about other models than the manifest; {MAKE_ANEW}"
            )


@contextmanager
def open_bundle(path: Path) -> Generator[Bundle]:
    """Open a bundle: an archive, its first volume or their common name, or a folder.

    Raises BundleError naming the member that is missing, extra, or not as in the manifest, or the
    missing volume.
    """
    try:
        there = InFolder(path) if path.is_dir() else InArchive(path)
    except OSError as error:
        where = error.filename or path
        raise BundleError(f"{where} cannot be read: {error.strerror}") from None
    try:
        yield Bundle(str(path), there)
    finally:
        there.close()
