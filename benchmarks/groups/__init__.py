"""The groups of benchmarks: every module in this folder is one."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import cast

from benchmarks.bench import Bench
from benchmarks.report import Section

Run = Callable[[Bench], Section]


def names() -> tuple[str, ...]:
    """The names of all groups."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load(name: str) -> Run:
    """The function that runs a group."""
    return cast("Run", importlib.import_module(f"{__name__}.{name}").run)
