"""Progress bars of transfers, one per file and one for all, if stderr is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.cli.terminal.output import plain
from registry.cli.terminal.sizes import human_size

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from registry.files.watcher import Watcher

_BESIDE_NAME = 52  # columns for a bar, sizes, pace and time
_SHORTEST = 12


@contextmanager
def transfers(total: int | None) -> Generator[Watcher | None]:
    """Yield a Watcher for transfers of `total` bytes (None if unknown); None in a pipe."""
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
    )
    from rich.table import Column

    console = Console(stderr=True)
    # The bar gets the rest of the line.
    whole = Column(no_wrap=True, overflow="ignore")
    columns = (
        TextColumn("{task.description}", markup=False, table_column=whole),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        DownloadColumn(binary_units=True, table_column=whole),
        TextColumn("{task.fields[pace]}", table_column=whole),
        TimeRemainingColumn(compact=True, table_column=whole),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as progress:
        yield _Bars(progress, total, max(console.width - _BESIDE_NAME, _SHORTEST))


def elided(name: str, length: int) -> str:
    """A name shortened to this many characters: cut in the middle, keeping most of its end.

    >>> elided("acme/embed: model-00001-of-00004.safetensors", 32)
    'acme/embed…-of-00004.safetensors'
    """
    if len(name) <= length:
        return name
    first = (length - 1) // 3
    return f"{name[:first]}…{name[first + 1 - length :]}"


class _Bars:
    """A Watcher that draws. One thread reports each transfer; a Progress takes many."""

    def __init__(self, progress: Progress, total: int | None, name_length: int) -> None:
        self._progress = progress
        self._name_length = name_length
        self._all = progress.add_task("total", total=total or 0, pace="")
        self._grows = total is None
        self._tasks: dict[str, TaskID] = {}
        self._came: dict[str, int] = {}

    def begin(self, name: str, size: int | None) -> None:
        """A bar for one file; if the transfer starts over, its bytes are subtracted."""
        if name in self._tasks:
            self.advance(name, -self._came[name])
            return
        self._came[name] = 0
        self._tasks[name] = self._progress.add_task(
            elided(plain(name), self._name_length), total=size, pace=""
        )
        if self._grows:
            sizes = (task.total or 0 for task in self._progress.tasks if task.id != self._all)
            self._progress.update(self._all, total=sum(sizes))

    def advance(self, name: str, count: int) -> None:
        """Both bars."""
        self._came[name] += count
        for each in (self._tasks[name], self._all):
            self._progress.advance(each, count)
            speed = self._progress.tasks[self._progress.task_ids.index(each)].speed
            self._progress.update(each, pace="" if speed is None else f"{human_size(int(speed))}/s")

    def end(self, name: str) -> None:
        """Remove its bar; received bytes stay counted."""
        if name in self._tasks:
            self._progress.update(self._tasks[name], visible=False)
