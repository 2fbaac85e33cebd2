"""Where the files of a model come from, and what is allowed with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class CheckpointOptions:
    """Which files to use; the arguments of `load` about files (see LoadArguments)."""

    revision: str | None = None
    local_path: Path | None = None
    trust_remote_code: bool = False
    allow_pickle: bool = False
    cache_dir: Path | None = None
    local_files_only: bool = False
