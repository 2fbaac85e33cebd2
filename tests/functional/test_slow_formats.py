"""The libraries with which jsonschema checks formats are imported only when one is checked."""

import subprocess
import sys
from pathlib import Path

from command_line import environment

PACKAGE = """
print("imported")

def is_valid_syntax(rule, text):
    return (rule, text) == ("iri", "right")
"""
PROGRAM = """
import registry_codegen.compile
from jsonschema import FormatChecker

print("compiles")
print([FormatChecker().conforms(text, "iri") for text in ("right", "wrong")])
"""


def said(program: str, folder: Path) -> list[str]:
    (folder / "rfc3987_syntax.py").write_text(PACKAGE)
    path = environment()["PYTHONPATH"]
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(PYTHONPATH=f"{folder}:{path}"),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_compiling_does_not_wait_for_it_and_formats_work_as_before(tmp_path: Path) -> None:
    assert said(PROGRAM, tmp_path) == ["compiles", "imported", "[True, False]"]


def test_whoever_has_it_already_keeps_it(tmp_path: Path) -> None:
    first = said(
        f"import rfc3987_syntax as mine{PROGRAM}import rfc3987_syntax as now\nprint(mine is now)",
        tmp_path,
    )
    assert first == ["imported", "compiles", "[True, False]", "True"]
