"""Run the command in tests, in a pipe or on a terminal."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from environments import Result
from in_process import run_at_terminal, run_here

import registry
from catalogues import ROOT

COMMAND = (sys.executable, "-m", "registry")
# Variables that would change a command's output or the model selection.
_FOREIGN = (
    "NO_COLOR", "FORCE_COLOR", "TTY_", "COLUMNS", "LINES", "TERM", "PYTHON", "REGISTRY_",
)  # fmt: skip
# Log levels of libraries, which read these variables when imported.
_LOGGING = {"HF_DEBUG", "HF_HUB_VERBOSITY", "TRANSFORMERS_VERBOSITY"}
# Absolute, because commands are started in folders of their own.
IMPORT_PATH = os.pathsep.join(
    str(Path(entry).resolve())
    for entry in (
        str(Path(registry.__file__).parents[1]),
        *os.environ.get("PYTHONPATH", "").split(os.pathsep),
    )
    if entry
)

# For a process with a file size limit: Python does not notice that a module's bytecode was
# truncated, and every later process fails on it ("marshal data too short").
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}


def environment(**more: str) -> dict[str, str]:
    """The environment of a command, independent of the user who runs the tests."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    return {**kept, "PYTHONPATH": IMPORT_PATH, "TERM": "xterm-256color", **more}


def run(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> Result:
    """Run the command in a pipe."""
    if _at_start(more):
        return in_a_process(*arguments, cwd=cwd, **more)
    return run_here([str(each) for each in arguments], cwd, environment(**more))


def in_a_process(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> Result:
    """The same in a process of its own: for tests of that, or when several run at once."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def _at_start(variables: Iterable[str]) -> bool:
    """Whether any of these variables is read only at the start of the interpreter or on import."""
    return any(
        name.startswith("PYTHON") and name != "PYTHONIOENCODING" for name in variables
    ) or not _LOGGING.isdisjoint(variables)


def succeed(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> str:
    """The stdout of a command that must succeed and write nothing to stderr."""
    result = run(*arguments, cwd=cwd, **more)
    assert (result.status, result.stderr) == (0, ""), result.output
    return result.stdout


def complaint(*arguments: str | Path, cwd: Path = ROOT, status: int = 1, **more: str) -> str:
    """The single error line of a command that must fail, without `Error: `."""
    result = run(*arguments, cwd=cwd, **more)
    assert (result.status, result.stdout) == (status, ""), result.output
    found = re.fullmatch(r"Error: (.*)\n", result.stderr)
    assert found, result.stderr
    return found[1]


def on_terminal(*arguments: str, cwd: Path = ROOT, columns: int = 80, **more: str) -> str:
    """The command's output on a terminal of that width, including styles."""
    env = environment(**more)
    shown, complaints, status = run_at_terminal(arguments, cwd, env, columns=columns)
    assert (status, complaints) == (0, "")
    return shown


def answer(line: str, *arguments: str, cwd: Path = ROOT, **more: str) -> str:
    """The command's output on a terminal when the user types one line."""
    return run_at_terminal(arguments, cwd, environment(**more), typed=line)[0]


def without_styles(shown: str) -> str:
    """The visible text, without escape sequences."""
    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def without_privileges(command: list[str]) -> list[str]:
    """Drop the capabilities that let root ignore file permissions."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]


def run_without_privileges(*arguments: str | Path, cwd: Path, **more: str) -> Result:
    """Run the command in a process that file permissions stop, even if the user is root."""
    done = subprocess.run(
        without_privileges([*COMMAND, *map(str, arguments)]),
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        text=True,
    )
    return Result(done.returncode, done.stdout, done.stderr)
