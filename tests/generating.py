"""Compile a catalogue in a test, and import the result."""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import black
from black.mode import TargetVersion

from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options

BLACK = black.Mode(target_versions={TargetVersion.PY311})


def generate(folder: Path, data: Any) -> dict[str, str]:
    """The files compiled from JSON data, through a real file."""
    (folder / "models.json").write_text(json.dumps(data), encoding="utf-8")
    return compile_catalogue(Options(folder))


def problems(folder: Path, data: Any) -> list[str]:
    """The problems of a catalogue, one line each; none if it compiles."""
    try:
        generate(folder, data)
    except CatalogueError as error:
        return [str(problem) for problem in error.problems]
    return []


def load(files: dict[str, str], name: str = "generated_in_a_test") -> ModuleType:
    """Import generated files, the main module as `NAME._generated`, where pickle finds it."""
    for known in [known for known in sys.modules if known.partition(".")[0] == name]:
        del sys.modules[known]
    sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "name", "") != name]
    sys.meta_path.append(_InMemory(name, files))
    return importlib.import_module(f"{name}._generated")


class _InMemory(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds the modules of one package in strings instead of files."""

    def __init__(self, name: str, files: dict[str, str]) -> None:
        self.name = name
        self.sources = {name: ""}
        for path, source in files.items():
            if not path.endswith(".py"):
                continue
            module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            self.sources[f"{name}.{module}"] = source

    def find_spec(
        self, fullname: str, path: object, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        return any(other.startswith(f"{fullname}.") for other in self.sources)

    def get_source(self, fullname: str) -> str:
        return self.sources[fullname]


# Where files of two catalogues differ although their code is the same: comments, and a stamp.
# Not a comment that ends in a blank, which black removes.
_ITS_OWN = re.compile(r'^# (?:Source|Input): .*\S$|"[0-9a-f]{16}"', re.MULTILINE)


def formatted(files: dict[str, str]) -> dict[str, str]:
    """The same sources formatted with black; other files are unchanged."""
    return {
        name: source
        if name.endswith(".json") or _is_formatted(anonymous(source), name.endswith(".pyi"))
        else black.format_str(source, mode=replace(BLACK, is_pyi=name.endswith(".pyi")))
        for name, source in files.items()
    }


def anonymous(source: str) -> str:
    """What neither black nor code depends on replaced by the same for all: few files differ then.

    So most of what is found out about one catalogue's files is known from another's.
    """
    return _ITS_OWN.sub(lambda found: "# -" if found[0][0] == "#" else f'"{"-" * 16}"', source)


@lru_cache(maxsize=10_000)
def _is_formatted(source: str, is_pyi: bool) -> bool:
    return black.format_str(source, mode=replace(BLACK, is_pyi=is_pyi)) == source


def messages(lines: Iterable[str]) -> list[str]:
    """Problems without line and column: the pointer, the message, the model."""
    return [line.split(": ", 1)[1] for line in lines]
