"""Compile a catalogue in a test, and import what came out."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import black
from black.mode import TargetVersion

from registry_codegen.compile import compile_catalogue
from registry_codegen.errors import CatalogueError
from registry_codegen.options import Options

BLACK = black.Mode(target_versions={TargetVersion.PY311})


def generate(folder: Path, data: Any) -> str:
    """The module compiled from JSON data, by way of a real file."""
    (folder / "models.json").write_text(json.dumps(data), encoding="utf-8")
    return compile_catalogue(Options(folder))


def problems(folder: Path, data: Any) -> list[str]:
    """What is wrong with a catalogue, a line a problem; none if it compiles."""
    try:
        generate(folder, data)
    except CatalogueError as error:
        return [str(problem) for problem in error.problems]
    return []


def load(source: str, name: str = "generated_in_a_test") -> ModuleType:
    """Run a generated module under a name that pickle finds again."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, f"{name}.py", "exec", dont_inherit=True), module.__dict__)
    return module


def formatted(source: str) -> str:
    """The same source as black lays it out."""
    return black.format_str(source, mode=BLACK)


def messages(lines: Iterable[str]) -> list[str]:
    """Problems without their places: the pointer, what is wrong, the model."""
    return [line.split(": ", 1)[1] for line in lines]
