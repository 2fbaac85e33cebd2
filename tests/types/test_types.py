"""Run both type checkers on programs that must pass and on programs that must fail.

A line with `# error: ...` must be reported by mypy --strict and by pyright --strict; any other
line must not.
"""

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from registry_codegen.compile import compile_catalogue
from registry_codegen.projects import find_options
from registry_codegen.write import write_files

HERE = Path(__file__).parent
PROGRAMS = sorted(HERE.glob("*ing/*.py"))
OWN_REGISTRY = HERE.parents[1] / "examples" / "own_registry"
REPORT = re.compile(r"^(?P<file>[^:]+\.py):(?P<line>\d+): error:", re.MULTILINE)

Errors = dict[str, set[int]]
"""The lines of each file that a checker objects to."""


def name_of(program: Path) -> str:
    return f"{program.parent.name}_{program.name}"


def mypy_errors(folder: Path) -> Errors:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=cache"]
    result = subprocess.run(
        [*command, *map(name_of, PROGRAMS)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert result.returncode in (0, 1), result.stdout + result.stderr
    errors = defaultdict[str, set[int]](set)
    for match in REPORT.finditer(result.stdout):
        errors[match["file"]].add(int(match["line"]))
    return errors


def pyright_errors(folder: Path) -> Errors:
    settings = {
        "typeCheckingMode": "strict",
        "include": [name_of(program) for program in PROGRAMS],
        # The programs are a list of expressions; only what they prove is of interest.
        "reportUnusedExpression": False,
        "reportUnusedVariable": False,
        "reportUnknownVariableType": False,
    }
    project = folder / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "-p", str(project)]
    result = subprocess.run(
        [*command, "--pythonpath", sys.executable], capture_output=True, text=True, check=False
    )
    report = json.loads(result.stdout)
    assert report["summary"]["filesAnalyzed"] == len(PROGRAMS), result.stdout + result.stderr
    errors = defaultdict[str, set[int]](set)
    for each in report["generalDiagnostics"]:
        if each["severity"] == "error":
            errors[Path(each["file"]).name].add(each["range"]["start"]["line"] + 1)
    return errors


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Path], Errors]], Errors]:
    """Runs a checker over all programs, once; beside them lies another registry."""
    folder = tmp_path_factory.mktemp("programs")
    for program in PROGRAMS:
        shutil.copy(program, folder / name_of(program))
    options = find_options(OWN_REGISTRY)
    assert options is not None
    acme = shutil.copytree(OWN_REGISTRY / "src" / "acme_models", folder / "acme_models")
    write_files(acme / "_generated.py", compile_catalogue(options))
    return cache(lambda checker: checker(folder))


def expected_errors(program: Path) -> set[int]:
    lines = program.read_text().splitlines()
    return {number for number, line in enumerate(lines, 1) if "# error: " in line}


@pytest.mark.parametrize("checker", [mypy_errors, pyright_errors])
@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_checkers_object_to_the_marked_lines_and_no_others(
    program: Path,
    checker: Callable[[Path], Errors],
    found: Callable[[Callable[[Path], Errors]], Errors],
) -> None:
    expected = expected_errors(program)
    assert bool(expected) == (program.parent.name == "failing")
    assert found(checker)[name_of(program)] == expected
