"""A bar on stderr for work that takes a while, if somebody watches."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def progress(total: int, doing: str) -> Generator[Callable[[], None]]:
    """Give a function to call after each of `total` steps; `doing` stands before the bar.

    >>> with progress(2, "counting") as advance:
    ...     advance()
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    with bar:
        task = bar.add_task(doing, total=total)
        yield lambda: bar.advance(task)
