"""The package of catalogues that are compiled in memory, where pickle finds their classes.

Unpickling a model imports this package first. So a process that has not used the model's catalogue
yet compiles the one that is used there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from registry.catalogue._in_memory import FINDER, PARENT, add_sources
from registry.catalogue._modules import sources_of
from registry.catalogue.here import catalogue_here
from registry.catalogue.places import VARIABLE

__path__: list[str] = []  # a package without a folder


class _Compiled(MetaPathFinder):
    """Finds a catalogue that another process has compiled, if it is the one used here."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.rpartition(".")[0] != PARENT:
            return None
        here = catalogue_here()
        if here.place.options is not None:
            add_sources(sources_of(here.loaded, here.options))
        if not FINDER.has(fullname):
            raise ModuleNotFoundError(
                f"the catalogue used here, {here.name}, is not the one that this model was pickled "
                f"with, or has changed since; set {VARIABLE} to that models.json, or pickle models "
                "of a generated package",
                name=fullname,
            )
        return FINDER.find_spec(fullname, path, target)


sys.meta_path.append(_Compiled())
