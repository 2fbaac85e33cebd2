"""The programs of tests/types with registries of any size, as input for type checkers.

A line with `# error: ...` must be reported, any other line must not. pyrefly treats a union of more
than 4,096 strings as Any: with more ids, it need not report the lines that mention this limit.
"""

import shutil
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import catalogues, environments
from benchmarks.checkout import ROOT, use_checkout

use_checkout()

PROGRAMS = ROOT / "tests" / "types"
OWN_REGISTRY = ROOT / "examples" / "own_registry"
_PACKAGES = ("src/registry", "src/registry_base", "codegen/registry_codegen")
# Whether a checker can tell the class from an id depends on the number of ids.
PYREFLY_LIMIT = 4_096
_UP_TO_A_THOUSAND, _ABOVE = "by_id.py", "by_getter.py"


@dataclass(frozen=True)
class Programs:
    """A folder with programs, and the Python of the environment to check them in."""

    folder: Path
    python: Path
    marks: dict[str, dict[int, bool]]  # file -> marked line -> needs few ids
    ids: int

    def marked(self, checker: str) -> dict[str, set[int]]:
        """The lines that a checker must report, by file; files without any are left out."""
        seen_by_pyrefly = checker != "pyrefly" or self.ids <= PYREFLY_LIMIT
        found = {
            name: {line for line, of_few_ids in marks.items() if seen_by_pyrefly or not of_few_ids}
            for name, marks in self.marks.items()
        }
        return {name: lines for name, lines in found.items() if lines}

    @property
    def files(self) -> list[str]:
        """The programs."""
        return list(self.marks)


# Dependencies of our types, and the libraries that the integrations are for.
_LIBRARIES = (
    *("numpy", "scipy"),
    *("annotated_types", "pydantic", "pydantic_core", "typing_extensions.py", "typing_inspection"),
    *("click", "django", "haystack", "omegaconf", "pgvector", "sqlalchemy", "typer"),
)


def programs_for(folder: Path, data: dict[str, Any]) -> Programs:
    """The programs for a registry with that catalogue, next to a second registry."""
    from registry_codegen.assemble import MAX_OVERLOADED_IDS
    from registry_codegen.compile import compile_catalogue
    from registry_codegen.options import Options
    from registry_codegen.projects import find_options
    from registry_codegen.write import write_files

    folder.mkdir(parents=True)
    left_out = _ABOVE if len(data["models"]) <= MAX_OVERLOADED_IDS else _UP_TO_A_THOUSAND
    marks: dict[str, dict[int, bool]] = {}
    for program in sorted(PROGRAMS.glob("*ing/*.py")):
        if program.name != left_out:
            name = f"{program.parent.name}_{program.name}"
            shutil.copy(program, folder / name)
            marks[name] = marked_lines(program)
    acme = shutil.copytree(OWN_REGISTRY / "src" / "acme_models", folder / "acme_models")
    own = find_options(OWN_REGISTRY)
    assert own is not None
    write_files(acme / "_generated.py", compile_catalogue(own))

    environment = environments.create(folder / "environment")
    for each in _PACKAGES:
        ignored = shutil.ignore_patterns("_generated*", "__pycache__")
        shutil.copytree(ROOT / each, environment.site / Path(each).name, ignore=ignored)
    installed = Path(sysconfig.get_path("purelib"))
    for library in _LIBRARIES:
        (environment.site / library).symlink_to(installed / library)
    catalogue = folder / "models.json"
    catalogue.write_text(catalogues.as_text(data), "utf-8")
    options = Options(folder, catalogue.name, selection=False)
    write_files(environment.site / "registry" / "_generated.py", compile_catalogue(options))
    return Programs(folder, environment.python, marks, len(data["models"]))


def marked_lines(program: Path) -> dict[int, bool]:
    """The lines to report in a program, and whether pyrefly only reports them for few ids."""
    lines = program.read_text("utf-8").splitlines()
    return {
        number: f"{PYREFLY_LIMIT:,}, for pyrefly" in line
        for number, line in enumerate(lines, 1)
        if "# error: " in line
    }
