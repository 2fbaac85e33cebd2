"""A progress bar for fetched files, on a terminal only."""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.files.repository_file import RepositoryFile
    from registry.files.watcher import Watcher


@contextmanager
def fetching_bar(files: Sequence[RepositoryFile]) -> Generator[Watcher | None]:
    """A Watcher for transfers of these files, for the duration of the block.

    None without files or without a terminal. HF_HUB_DISABLE_PROGRESS_BARS switches the bar off.
    """
    if not files or not sys.stderr.isatty():
        yield None
        return
    from huggingface_hub import utils

    untyped: Any = utils  # of its bar
    count = len(files)
    total = sum(file.size or 0 for file in files)
    title = f"Fetching {count} file{'' if count == 1 else 's'}"
    with untyped.tqdm(total=total, desc=title, unit="B", unit_scale=True) as bar:
        yield _Bar(bar)


class _Bar:
    """Adds up the progress of several threads."""

    def __init__(self, bar: Any) -> None:  # tqdm has no types
        self._bar = bar
        self._came: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self, name: str, size: int | None) -> None:
        """A transfer that begins anew brings the same bytes again."""
        with self._lock:
            self._bar.update(-self._came.pop(name, 0))

    def advance(self, name: str, count: int) -> None:
        """More bytes are here."""
        with self._lock:
            self._came[name] = self._came.get(name, 0) + count
            self._bar.update(count)

    def end(self, name: str) -> None:
        """The bar stays where it is."""
