"""Where the files of a model come from, and what may be done with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class CheckpointOptions:
    """Which files to take; those of `load` that have to do with files (see LoadArguments)."""

    revision: str | None = None
    local_path: Path | None = None
    trust_remote_code: bool = False
    allow_pickle: bool = False
    cache_dir: Path | None = None
    local_files_only: bool = False
