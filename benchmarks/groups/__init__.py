"""The groups of benchmarks: one module each, found by being in this folder."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import cast

from benchmarks.bench import Bench
from benchmarks.report import Section

Run = Callable[[Bench], Section]


def names() -> tuple[str, ...]:
    """The groups there are."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Run:
    """The function that runs a group."""
    return cast("Run", importlib.import_module(f"{__name__}.{name}").run)
