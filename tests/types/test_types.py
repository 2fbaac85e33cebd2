"""Run both type checkers on programs that must pass and on programs that must fail.

A line that ends in `# error: ...` must be reported by mypy --strict and by pyright --strict;
any other line must not.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPORT = re.compile(r"^(?P<file>[^:]+\.py):(?P<line>\d+): error:", re.MULTILINE)


def mypy_errors(program: Path, cache: Path) -> set[int]:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}"]
    result = subprocess.run(
        [*command, program.name], cwd=program.parent, capture_output=True, text=True, check=False
    )
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return {int(match["line"]) for match in REPORT.finditer(result.stdout)}


def pyright_errors(program: Path, scratch: Path) -> set[int]:
    shutil.copy(program, scratch)
    project = scratch / "pyrightconfig.json"
    settings = {
        "typeCheckingMode": "strict",
        "include": [program.name],
        # The programs are a list of expressions; only what they prove is of interest.
        "reportUnusedExpression": False,
        "reportUnusedVariable": False,
        "reportUnknownVariableType": False,
    }
    project.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "-p", str(project)]
    result = subprocess.run(
        [*command, "--pythonpath", sys.executable], capture_output=True, text=True, check=False
    )
    report = json.loads(result.stdout)
    assert report["summary"]["filesAnalyzed"] == 1, result.stdout + result.stderr
    return {
        each["range"]["start"]["line"] + 1
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    }


def expected_errors(program: Path) -> set[int]:
    lines = program.read_text().splitlines()
    return {number for number, line in enumerate(lines, 1) if "# error: " in line}


@pytest.mark.parametrize("checker", [mypy_errors, pyright_errors])
@pytest.mark.parametrize("program", ["passing/consumer.py", "failing/consumer.py"])
def test_checkers_object_to_the_marked_lines_and_no_others(
    program: str, checker: Callable[[Path, Path], set[int]], tmp_path: Path
) -> None:
    path = HERE / program
    expected = expected_errors(path)
    assert bool(expected) == program.startswith("failing")
    assert checker(path, tmp_path) == expected
