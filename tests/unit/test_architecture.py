"""The code is layered: imports only go downwards, and packages keep private modules private.

The order of the layers is in pyproject.toml, `[tool.importlinter]`.
"""

import functools
import runpy
import subprocess
import sys
from graphlib import TopologicalSorter

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
