"""Import Python sources that are not in files: a catalogue that is not compiled yet."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

_numbers = itertools.count(1)


def import_sources(sources: Mapping[str, str], module: str) -> ModuleType:
    """Import a module of a package made of these sources, by their paths inside the package.

    Its other modules are imported on first use, as from a folder.

    >>> import_sources({"a.py": "from .b import ONE", "b.py": "ONE = 1"}, "a").ONE
    1
    """
    package = f"_registry_catalogue_{next(_numbers)}"
    by_name = {package: ""}
    for path, text in sources.items():
        parts = path.removesuffix(".py").removesuffix("/__init__")
        by_name[f"{package}.{parts.replace('/', '.')}"] = text
    sys.meta_path.append(_Sources(by_name))
    return importlib.import_module(f"{package}.{module}")


class _Sources(MetaPathFinder, InspectLoader):
    """Finds and loads modules by their full names."""

    def __init__(self, by_name: Mapping[str, str]) -> None:
        self._by_name = by_name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._by_name:
            return None
        return spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        return any(name.startswith(f"{fullname}.") for name in self._by_name)

    def get_source(self, fullname: str) -> str:
        return self._by_name[fullname]
