"""A bar for texts that are sent to a server batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


@contextmanager
def counting(total: int, shown: bool) -> Generator[Callable[[int], object]]:
    """Yields what to call with the number of texts in each finished batch.

    The bar needs tqdm; without it, none is drawn.
    """
    try:
        library: Any = import_module("tqdm") if shown else None  # it has no types
    except ModuleNotFoundError:
        library = None
    if library is None:
        yield lambda _: None
        return
    with library.tqdm(total=total, unit="text") as bar:
        yield bar.update
