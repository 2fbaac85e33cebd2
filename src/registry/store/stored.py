"""What lies in a store, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

StoreName = Literal["huggingface", "ollama"]


@dataclass(frozen=True, kw_only=True)
class StoredModel:
    """One revision of a model in one store.

    name: the repository on the Hub, or the tag at Ollama.
    revision: the commit, or the digest ("sha256:...").
    size: bytes of this revision, also those it shares with others; `files`, how many.
    freed: bytes that go when only this revision goes.
    last_used: when a file of it was last read, as the file system noted; None if it did not.
    refs: branches and tags that point at it; a revision without any is detached.
    problem: why it cannot be used as it is, such as links to files that are gone.
    """

    store: StoreName
    name: str
    revision: str
    size: int
    freed: int
    files: int
    last_used: datetime | None = None
    refs: tuple[str, ...] = ()
    path: Path | None = None
    problem: str | None = None
