"""The code is layered: imports only go downwards, and packages keep private modules private.

The order of the layers is in pyproject.toml, `[tool.importlinter]`.
"""

import ast
import functools
import re
import runpy
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from catalogues import ROOT


@functools.cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("registry", "registry_base", "registry_codegen")


def _imports() -> list[tuple[str, str]]:
    """(importer, imported) for every import in the code, including those inside functions."""
    graph = _graph()
    return [
        (importer, imported)
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def test_no_import_runs_upwards() -> None:
    # In a process of its own, because it silences loggers that other tests need.
    program = (
        "from importlinter.cli import lint_imports as lint; raise SystemExit(lint(no_cache=True))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_nobody_reaches_into_the_private_modules_of_another_room() -> None:
    reaching = [
        f"{importer} -> {imported}"
        for importer, imported in _imports()
        if (owner := _owner_of_private(imported)) and not f"{importer}.".startswith(f"{owner}.")
    ]
    assert reaching == []


def _owner_of_private(module: str) -> str | None:
    """The package within which a module may be imported; None for a public module."""
    parts = module.split(".")
    for index, part in enumerate(parts):
        # `registry._generated` may be imported by the whole package.
        if part.startswith("_") and not part.startswith("__") and module != "registry._generated":
            return ".".join(parts[:index])
    return None


def test_a_package_describes_modules_that_it_has() -> None:
    packages = [
        path
        for part in ("src", "codegen")
        for path in (ROOT / part).rglob("__init__.py")
        if "_generated_parts" not in path.parts
    ]
    described = {path: _described(path) for path in packages}
    assert any(described.values())
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, names in described.items()
        for name in names
        if not (path.parent / name).is_dir() and not (path.parent / f"{name}.py").is_file()
    ]
    assert missing == []


def _described(package: Path) -> set[str]:
    """The modules in a package's docstring: those of its table, and what ends in .py."""
    text = ast.get_docstring(ast.parse(package.read_text("utf-8"))) or ""
    tables = re.findall(r"^ *(\w+(?:, \w+)*)  +\S", text, re.MULTILINE)
    return {name for row in tables for name in row.split(", ")} | {
        *re.findall(r"(\w+)\.py\b", text)
    }


def test_only_the_command_line_uses_the_public_face() -> None:
    # Anywhere else it would be an upward import, because `registry` imports all layers.
    users = [importer for importer, imported in _imports() if imported == "registry"]
    assert [user for user in users if not user.startswith("registry.cli.")] == []


def test_no_imports_form_a_circle() -> None:
    needs: dict[str, set[str]] = {}
    for importer, imported in _imports():
        needs.setdefault(importer, set()).add(imported)
    TopologicalSorter(needs).prepare()  # raises a CycleError that names the modules


def test_the_picture_shows_the_contracts_as_they_are() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "architecture.py"))
    assert script["PICTURE"].read_text("utf-8") == script["drawn"](), "python docs/architecture.py"
