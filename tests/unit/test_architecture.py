"""The house stands as DESIGN draws it: imports run downwards, and rooms keep what is theirs.

The order of the rooms is in pyproject.toml, `[tool.importlinter]`.
"""

import functools
import subprocess
import sys
from graphlib import TopologicalSorter

import grimp

from catalogues import ROOT


@functools.cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("registry", "registry_base", "registry_codegen")


def _imports() -> list[tuple[str, str]]:
    """(importer, imported) for every import in the code, wherever it stands."""
    graph = _graph()
    return [
        (importer, imported)
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
    ]


def test_no_import_runs_upwards() -> None:
    # In a process of its own: it silences the loggers that other tests listen to.
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
        # `registry._generated` is what the whole package stands on.
        if part.startswith("_") and not part.startswith("__") and module != "registry._generated":
            return ".".join(parts[:index])
    return None


def test_only_the_command_line_uses_the_public_face() -> None:
    # Anywhere else it would be an import from above: the face imports every room.
    users = [importer for importer, imported in _imports() if imported == "registry"]
    assert [user for user in users if not user.startswith("registry.cli.")] == []


def test_no_imports_form_a_circle() -> None:
    needs: dict[str, set[str]] = {}
    for importer, imported in _imports():
        needs.setdefault(importer, set()).add(imported)
    TopologicalSorter(needs).prepare()  # raises CycleError, which names the modules
