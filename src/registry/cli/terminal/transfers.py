"""Bars on stderr for bytes on their way, one a file and one for all, if somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.cli.terminal.output import plain

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from registry.files.watcher import Watcher


@contextmanager
def transfers(total: int | None) -> Generator[Watcher | None]:
    """Give what shows transfers of `total` bytes, None if that is not known; None in a pipe."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(binary_units=True),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bars(progress, total)


class _Bars:
    """A Watcher that draws. Each transfer is told by one thread; a Progress takes many."""

    def __init__(self, progress: Progress, total: int | None) -> None:
        self._progress = progress
        self._all = progress.add_task("in all", total=total or 0)
        self._grows = total is None
        self._tasks: dict[str, TaskID] = {}
        self._came: dict[str, int] = {}

    def begin(self, name: str, size: int | None) -> None:
        """A bar of its own; one that begins anew gives back what had come."""
        if name in self._tasks:
            self.advance(name, -self._came[name])
            return
        self._came[name] = 0
        self._tasks[name] = self._progress.add_task(plain(name), total=size)
        if self._grows:
            sizes = (task.total or 0 for task in self._progress.tasks if task.id != self._all)
            self._progress.update(self._all, total=sum(sizes))

    def advance(self, name: str, count: int) -> None:
        """Both bars."""
        self._came[name] += count
        self._progress.advance(self._tasks[name], count)
        self._progress.advance(self._all, count)

    def end(self, name: str) -> None:
        """Its bar goes; what came stays counted."""
        if name in self._tasks:
            self._progress.update(self._tasks[name], visible=False)
