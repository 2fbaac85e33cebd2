"""The names of stored objects in Git and Git LFS: blobs, trees, commits, pointers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from .hub_content import Content


def blob_id(content: Content) -> str:
    """The name of a file's content, 40 hexadecimal digits."""
    digest = hashlib.sha1(b"blob %d\0" % content.size)
    for piece in content.pieces(0, content.size):
        digest.update(piece)
    return digest.hexdigest()


def pointer(sha256: str, size: int) -> bytes:
    """What Git stores for a large file: docs/spec.md of https://github.com/git-lfs/git-lfs."""
    version = "https://git-lfs.github.com/spec/v1"
    return f"version {version}\noid sha256:{sha256}\nsize {size}\n".encode()


def tree_ids(blobs: Mapping[str, str]) -> dict[str, str]:
    """The names of all folders by path ("" is the root), from the names of blobs by path."""
    folders: dict[str, dict[str, tuple[bytes, str]]] = {"": {}}
    for path, blob in blobs.items():
        _folder(folders, path)[path.rpartition("/")[2]] = (b"100644", blob)
    ids: dict[str, str] = {}
    for path in sorted(folders, key=lambda path: -len(path)):
        # Git sorts a folder as if its name ended with a slash.
        children = sorted(
            folders[path].items(), key=lambda item: item[0] + "/" * (item[1][0] == b"40000")
        )
        entries = (
            mode + b" " + name.encode() + b"\0" + bytes.fromhex(oid or ids[_join(path, name)])
            for name, (mode, oid) in children
        )
        ids[path] = _object_id(b"tree", b"".join(entries))
    return ids


def commit_id(*, tree: str, parent: str | None, author: str, date: datetime, message: str) -> str:
    """The name of a commit, 40 hexadecimal digits."""
    who = f"{author} <{author}@example.org> {int(date.timestamp())} +0000"
    lines = [f"tree {tree}", *([f"parent {parent}"] if parent else [])]
    lines += [f"author {who}", f"committer {who}", "", message, ""]
    return _object_id(b"commit", "\n".join(lines).encode())


def _folder(
    folders: dict[str, dict[str, tuple[bytes, str]]], path: str
) -> dict[str, tuple[bytes, str]]:
    """The folder of a path, created with its parents."""
    parent = path.rpartition("/")[0]
    if parent not in folders:
        folders[parent] = {}
        # A folder's name depends on those of everything in it.
        _folder(folders, parent)[parent.rpartition("/")[2]] = (b"40000", "")
    return folders[parent]


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _object_id(kind: bytes, content: bytes) -> str:
    return hashlib.sha1(kind + b" %d\0" % len(content) + content).hexdigest()
