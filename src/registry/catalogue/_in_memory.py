"""Import Python sources that are not in files: a catalogue that is not compiled yet."""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import ModuleType

PARENT = "registry.catalogue._compiled"
# How the file of the catalogue was named, and what depends on it: all else is the same everywhere.
_NAMED = re.compile(r"^(# Source: |STAMP = |same_generation\().*", re.MULTILINE)


def import_sources(sources: Mapping[str, str], module: str) -> ModuleType:
    """Import a module of a package made of these sources, by their paths inside the package.

    Its other modules are imported on first use, as from a folder.

    >>> import_sources({"a.py": "from .b import ONE", "b.py": "ONE = 1"}, "a").ONE
    1
    """
    return importlib.import_module(f"{add_sources(sources)}.{module}")


def add_sources(sources: Mapping[str, str]) -> str:
    """Make a package of sources importable. The same sources have the same name in each process.

    So a pickle, which refers to classes by name, means the same classes everywhere.
    """
    content = "\0".join(f"{path}\0{_NAMED.sub('', text)}" for path, text in sorted(sources.items()))
    digest = hashlib.sha256(content.encode("utf-8", "backslashreplace")).hexdigest()
    package = f"{PARENT}.c_{digest[:32]}"
    if not FINDER.has(package):
        by_name = {package: ""}
        for path, text in sources.items():
            parts = path.removesuffix(".py").removesuffix("/__init__")
            by_name[f"{package}.{parts.replace('/', '.')}"] = text
        FINDER.add(by_name)
    return package


class _Sources(MetaPathFinder, InspectLoader):
    """Finds and loads modules by their full names."""

    def __init__(self) -> None:
        self._by_name: dict[str, str] = {}
        self._packages: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether there is a module of this name."""
        return name in self._by_name

    def add(self, by_name: Mapping[str, str]) -> None:
        """Find these sources too."""
        self._packages |= {name.rpartition(".")[0] for name in by_name}
        self._by_name |= by_name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._by_name:
            return None
        return spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        return fullname in self._packages

    def get_source(self, fullname: str) -> str:
        return self._by_name[fullname]


FINDER = _Sources()
sys.meta_path.append(FINDER)
