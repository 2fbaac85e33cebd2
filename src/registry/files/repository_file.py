"""A file as a repository, or a lock, lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RepositoryFile:
    """A file of a repository, `size` in bytes.

    `sha256` is known for large files (LFS), `git_blob` (Git's SHA-1 of a blob) for the
    others; files on disk have neither until they are read.
    """

    path: str
    size: int
    sha256: str | None = None
    git_blob: str | None = None
