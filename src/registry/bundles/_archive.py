"""The archive of a bundle: plain tar, a header of one block per member, and nothing else.

A reader compares each header with the one written for the same name and size, which rules out
anything malicious in headers: no links, no devices, no overlong names.
"""

from __future__ import annotations

import tarfile
from collections.abc import Collection
from pathlib import PurePosixPath

BLOCK = 512
END = bytes(2 * BLOCK)
MAGIC_GZIP = b"\x1f\x8b"
_MODE = 0o644


def header(name: str, size: int) -> bytes:
    """The block before a member, without owner or time.

    >>> len(header("bundle.json", 12)), len(header("blobs/" + 64 * "0", 1 << 40))
    (512, 512)
    """
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, _MODE
    return info.tobuf(tarfile.GNU_FORMAT)  # which fits sizes beyond 8 GiB in the same block


def padding(size: int) -> bytes:
    """The zeros after a member.

    >>> len(padding(12)), len(padding(512))
    (500, 0)
    """
    return bytes(-size % BLOCK)


def padded(size: int) -> int:
    """Bytes that a member takes, with its header."""
    return BLOCK + size + -size % BLOCK


def size_of(block: bytes, name: str) -> int | None:
    """The size in a header, if it is the one of that name."""
    try:
        found = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return None
    return found.size if found.name == name and block == header(name, found.size) else None


def name_in(block: bytes) -> str | None:
    """The name in a header, as one line; None if it is not a header."""
    try:
        found = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return None
    return found.name.encode("utf-8", "backslashreplace").decode()


def refusal(block: bytes, expected: str, size: int, others: Collection[str]) -> tuple[str, str]:
    """Which member is at fault if a header is not the expected one, and what is wrong with it.

    others: the names of all members.
    """
    if not any(block):
        return expected, "is missing: the archive ends before it"
    try:
        found = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.TarError:
        return expected, "its header is damaged"
    name = name_in(block) or expected
    if found.type in (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME):
        return name, "is an extended header, which no bundle has"
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        return name, "leads out of the bundle"
    if not found.isreg() or found.issparse():
        return name, "is not a plain file"
    if name != expected:
        if name not in others:
            return name, "is not in the manifest"
        return expected, f"is missing; {name} is in its place"
    if found.size != size:
        return name, f"has {found.size} bytes, the manifest says {size}"
    return name, "its header has changed"
