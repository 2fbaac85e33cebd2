"""A model in one of the stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

StoreName = Literal["huggingface", "exports", "ollama"]


@dataclass(frozen=True)
class Build:
    """What an export is for, an engine and a precision, and the version of what made it."""

    engine: str
    precision: str
    exporter: str

    def __str__(self) -> str:
        return f"{self.engine} {self.precision}"


@dataclass(frozen=True, kw_only=True)
class StoredModel:
    """One revision of a model in one store: its weights, or one export of them.

    name: the repository on the Hub, or the tag at Ollama.
    revision: the commit, or the digest ("sha256:...").
    build: which export of that commit it is; None for weights.
    blobs: its parts with their sizes: files by path, at Ollama the whole model by its digest. What
    two models share is stored once. linked: blobs that have another name outside the store:
    removing them frees nothing.
    files: how many files it has, as far as the store knows.
    last_used: when a file of it was last read, according to the file system; None if unknown.
    refs: branches and tags that point at it; a revision without any is detached.
    """

    store: StoreName
    name: str
    revision: str
    build: Build | None = None
    blobs: Mapping[str, int]
    linked: frozenset[str] = field(default_factory=frozenset[str])
    files: int
    last_used: datetime | None = None
    refs: tuple[str, ...] = ()
    path: Path | None = None

    @property
    def size(self) -> int:
        """Bytes of this revision, including those it shares with others."""
        return sum(self.blobs.values())
