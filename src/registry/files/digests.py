"""Compare files on disk with what a lock, or the Hub, says about them.

Reading 14 GB of weights takes longer than loading them, so a computed SHA-256 is remembered as long
as the file keeps its size, modification time and inode. This only saves time: `fresh=True` reads
every byte again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from registry.errors import MissingExtraError
from registry.files.cache_folder import cache_folder
from registry.files.file_lock import exclusive
from registry.files.repository_file import RepositoryFile
from registry_base.atomic_write import write_atomically
from registry_base.json_file import peek_json
from registry_base.json_shapes import is_object
from registry_base.regular_file import open_regular

_REMEMBERED = 10_000
_PATIENCE = 5.0  # seconds; forgetting only costs time


@dataclass(frozen=True)
class Damage:
    """How a file differs from what it should be."""

    path: str
    kind: Literal["missing", "truncated", "changed", "unreadable"]
    message: str


def damages(
    folder: Path, files: Iterable[RepositoryFile], *, fresh: bool = False
) -> tuple[Damage, ...]:
    """The files of a folder that are not as they should be, in the given order.

    fresh: read every byte, ignoring what is remembered.
    """
    digests = Digests(fresh=fresh)
    found = [digests.damage(folder / file.path, file) for file in files]
    digests.keep()
    return tuple(damage for damage in found if damage is not None)


def local_digests(folder: str | os.PathLike[str] | None) -> dict[str, str] | None:
    """File -> SHA-256 of what is in a folder of weights, hidden files aside; None without a folder.

    What cannot be read is left out: loading it says why.
    """
    if folder is None:
        return None
    root, digests, found = Path(folder).expanduser(), Digests(), dict[str, str]()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            with suppress(OSError):
                found[name.as_posix()] = digests.sha256(path)
    digests.keep()
    return found


def changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Which files differ, by name; `before` and `now` map names to digests.

    >>> changed_files({"a": "1", "b": "1"}, {"a": "2", "c": "1"})
    'changed: a; gone: b; new: c'
    """
    parts = (
        ("changed", [name for name in before if name in now and before[name] != now[name]]),
        ("gone", [name for name in before if name not in now]),
        ("new", [name for name in now if name not in before]),
    )
    said = (f"{word}: {', '.join(names[:3])}{' ...' if len(names) > 3 else ''}"
            for word, names in parts if names)  # fmt: skip
    return "; ".join(said)


class Digests:
    """SHA-256 of files, remembered in the user's cache; losing it only costs time.

    Several threads may share one; `keep` is called once, at the end.
    """

    def __init__(self, *, fresh: bool = False) -> None:
        self._path = cache_folder() / "digests.json"
        self._known = {} if fresh else self._read()
        self._changed = False

    def damage(self, path: Path, expected: RepositoryFile) -> Damage | None:
        """How a file differs from what is expected; None if it does not."""
        name = expected.path
        try:
            return self._damage(path, expected)
        except FileNotFoundError:  # also at the end of a link
            return Damage(name, "missing", f"{name} is missing")
        except OSError as error:
            return Damage(name, "unreadable", f"{name} cannot be read: {error.strerror}")

    def _damage(self, path: Path, expected: RepositoryFile) -> Damage | None:
        name, size = expected.path, path.stat().st_size
        if size < expected.size:
            message = f"{name} is truncated: {size} of {expected.size} bytes"
            return Damage(name, "truncated", message)
        if size > expected.size:
            message = f"{name} has changed: {size} bytes, should be {expected.size}"
            return Damage(name, "changed", message)
        if expected.sha256 is not None:
            kind, found, right = "sha256", self.sha256(path), expected.sha256
        elif expected.git_blob is not None:
            kind, found, right = "git blob", git_blob(path), expected.git_blob
        else:
            return None
        if found == right:
            return None
        message = f"{name} has changed: {kind} {found[:12]}, should be {right[:12]}"
        return Damage(name, "changed", message)

    def sha256(self, path: Path) -> str:
        """The SHA-256 of a file, from memory if it has not changed. Raises OSError."""
        state = _state(path)
        # The target of a link, because that is what changes.
        match self._known.get(os.path.realpath(path)):
            case [*before, str(digest)] if before == state:
                return digest
            case _:
                digest = sha256(path)
                self._known[os.path.realpath(path)] = [*state, digest]
                self._changed = True
                return digest

    def learn(self, path: Path, digest: str) -> None:
        """Remember the SHA-256 of a file that was computed while it was written."""
        self._known[os.path.realpath(path)] = [*_state(path), digest]
        self._changed = True

    def keep(self) -> None:
        """Remember what was computed, for the next run."""
        if not self._changed:
            return
        with suppress(OSError, MissingExtraError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self._path, patience=_PATIENCE):
                newest = dict(list({**self._read(), **self._known}.items())[-_REMEMBERED:])
                write_atomically(self._path, json.dumps(newest))

    def _read(self) -> dict[str, Any]:
        data = peek_json(self._path)
        return data if is_object(data) else {}


def _state(path: Path) -> list[int]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git_blob(path: Path) -> str:
    """The SHA-1 by which Git, and so the Hub, names a file.

    https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
