"""The manifest of a bundle: what is in it, byte for byte."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from registry.errors import BundleError
from registry.files.json_records import ShapeError, from_json
from registry.files.repository_file import RepositoryFile
from registry_base.json_document import parse_bytes
from registry_base.json_shapes import is_object
from registry_base.problems import DocumentError, pointer_text
from registry_base.repository_names import (
    is_commit,
    is_path_inside,
    is_repository_name,
    is_sha256,
)

MANIFEST = "bundle.json"
BILL = "bill-of-materials.cdx.json"
ENTRIES = "catalogue.json"
LOCK = "models.lock.json"
DOCUMENTS = (BILL, ENTRIES, LOCK)
BLOBS = "blobs/"
LARGEST_DOCUMENT = 64 << 20
"""Largest manifest and other text in bytes; no catalogue comes close."""
MAKE_ANEW = "copy it again, or make it anew with `registry bundle`"
_VERSION = 1
_LICENCE = re.compile(
    r"(licen[cs]e|copying|notice|use_policy|patents)([._-][^/]*)?|readme\.md", re.IGNORECASE
)


@dataclass(frozen=True)
class Member:
    """One file of a bundle: its name there, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class BundledSnapshot:
    """A commit of a repository: its files, each with its SHA-256, and the ids of its models."""

    huggingface_id: str
    revision: str
    models: tuple[str, ...]
    files: tuple[RepositoryFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Manifest:
    """The contents of a bundle. catalogue: the name of the one that it was made for."""

    catalogue: str
    members: tuple[Member, ...]
    snapshots: tuple[BundledSnapshot, ...]

    @cached_property
    def digest(self) -> str:
        """Identifies the bundle with everything in it: "sha256:..."."""
        canonical = json.dumps(self._data(), sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"

    def text(self) -> str:
        """The content of bundle.json: the same for the same members."""
        data = {**self._data(), "digest": self.digest}
        return json.dumps(data, indent=1, sort_keys=True) + "\n"

    @property
    def size(self) -> int:
        """Bytes of all members."""
        return sum(member.size for member in self.members)

    @property
    def models(self) -> tuple[str, ...]:
        """The ids of the models, sorted."""
        return tuple(sorted({key for each in self.snapshots for key in each.models}))

    def uses(self, member: Member) -> tuple[tuple[BundledSnapshot, RepositoryFile], ...]:
        """The files whose bytes a member holds."""
        return self._uses.get(member.name, ())

    def member_of(self, file: RepositoryFile) -> Member:
        """The member that holds the bytes of a file."""
        return Member(f"{BLOBS}{file.sha256}", file.size, str(file.sha256))

    def label(self, member: Member) -> str:
        """A member for people: its file, if it has one.

        >>> Manifest("acme", (), ()).label(Member("models.lock.json", 2, ""))
        'models.lock.json'
        """
        uses = self.uses(member)
        if not uses:
            return member.name
        snapshot, file = uses[0]
        return f"{snapshot.huggingface_id} {file.path}"

    def refused(self, bundle: str, name: str, what: str) -> BundleError:
        """Why a bundle is refused: which member, and its file."""
        uses = self._uses.get(name, ())
        file = f" ({uses[0][0].huggingface_id} {uses[0][1].path})" if uses else ""
        return BundleError(f"{bundle}: {name}{file} {what}; {MAKE_ANEW}")

    @cached_property
    def _uses(self) -> dict[str, tuple[tuple[BundledSnapshot, RepositoryFile], ...]]:
        found: dict[str, list[tuple[BundledSnapshot, RepositoryFile]]] = {}
        for snapshot in self.snapshots:
            for file in snapshot.files:
                found.setdefault(f"{BLOBS}{file.sha256}", []).append((snapshot, file))
        return {name: tuple(uses) for name, uses in found.items()}

    def _data(self) -> dict[str, Any]:
        return {
            "version": _VERSION,
            "catalogue": self.catalogue,
            "members": [vars(member) for member in self.members],
            "snapshots": [
                {**vars(each), "files": [_known(file) for file in each.files]}
                for each in self.snapshots
            ],
        }


def blob_members(snapshots: Iterable[BundledSnapshot]) -> tuple[Member, ...]:
    """The members for the files of snapshots: each content once, in the order of their names."""
    found = {str(file.sha256): file.size for snapshot in snapshots for file in snapshot.files}
    return tuple(Member(f"{BLOBS}{sha}", size, sha) for sha, size in sorted(found.items()))


def is_license(path: str) -> bool:
    """Whether a file is included although it is not locked: texts that people have to read.

    >>> is_license("LICENSE.txt"), is_license("README.md"), is_license("LICENSE/x.py")
    (True, True, False)
    """
    return _LICENCE.fullmatch(path) is not None


def read_manifest(raw: bytes, where: str) -> Manifest:
    """A manifest in exactly the form it was written. Raises BundleError; `where` names it."""
    try:
        data = parse_bytes(raw, MANIFEST).data
    except DocumentError as error:
        raise _changed(where, error.problems[0].message) from None
    if not is_object(data):
        raise _changed(where, "should be an object")
    version = data.pop("version", None)
    if type(version) is int and version > _VERSION:
        raise BundleError(f"{where}: {MANIFEST} is of a newer tessera-registry; upgrade it")
    if type(version) is not int or version != _VERSION:
        raise _changed(where, "says no version of a bundle")
    data.pop("digest", None)
    try:
        manifest = from_json(Manifest, data)
    except ShapeError as error:
        raise _changed(where, f"{pointer_text(error.pointer)} {error.message}") from None
    if problem := _problem(manifest):
        raise _changed(where, problem)
    if manifest.text().encode() != raw:
        raise _changed(where, "its digest does not match its content")
    return manifest


def _changed(where: str, problem: str) -> BundleError:
    return BundleError(f"{where}: {MANIFEST} has changed: {problem}; {MAKE_ANEW}")


def _problem(manifest: Manifest) -> str | None:
    """What no manifest written by `bundle` contains."""
    for snapshot in manifest.snapshots:
        if not is_repository_name(snapshot.huggingface_id) or not is_commit(snapshot.revision):
            return f"{snapshot.huggingface_id} at {snapshot.revision} is not a commit on the Hub"
        for file in snapshot.files:
            # A path is joined to a folder: it must not lead out of it.
            if not is_path_inside(file.path):
                return f"{file.path!r} leads out of the folder of the model"
            named = is_sha256(file.sha256 or "")
            if not named or not (file.git_blob is None or is_commit(file.git_blob)):
                return f"{file.path} has no SHA-256"
    sizes = [file.size for each in manifest.snapshots for file in each.files]
    if any(size < 0 for size in (*sizes, *(member.size for member in manifest.members))):
        return "a size is negative"
    blobs = blob_members(manifest.snapshots)
    if tuple(member.name for member in manifest.members[: len(DOCUMENTS)]) != DOCUMENTS:
        return f"it should begin with {', '.join(DOCUMENTS)}"
    if manifest.members[len(DOCUMENTS) :] != blobs:
        return "its members are not the files of its models"
    kept = {(file.sha256, file.size) for each in manifest.snapshots for file in each.files}
    if len(kept) != len(blobs):
        return "it gives one file two sizes"
    if any(member.size > LARGEST_DOCUMENT for member in manifest.members[: len(DOCUMENTS)]):
        return "a text in it is too large"
    return None


def _known(file: RepositoryFile) -> dict[str, Any]:
    return {key: value for key, value in vars(file).items() if value is not None}
