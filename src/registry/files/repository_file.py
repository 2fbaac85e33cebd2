"""A file as a repository, or a lock, lists it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RepositoryFile:
    """A file of a repository, `size` in bytes.

    `sha256` is known of large files (LFS), `git_blob` (the SHA-1 that Git gives a blob) of the
    others; of files on disk neither, until somebody reads them.
    """

    path: str
    size: int
    sha256: str | None = None
    git_blob: str | None = None
