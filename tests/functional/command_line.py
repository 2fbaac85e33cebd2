"""The command for tests: in a pipe and on a terminal."""

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
# What would change how a command looks, or which models serve.
_FOREIGN = (
    "NO_COLOR", "FORCE_COLOR", "TTY_", "COLUMNS", "LINES", "TERM", "PYTHON", "REGISTRY_",
)  # fmt: skip
# How much libraries log, which they read when they are imported.
_LOGGING = {"HF_DEBUG", "HF_HUB_VERBOSITY", "TRANSFORMERS_VERBOSITY"}
# Absolute, for commands are started in folders of their own.
IMPORT_PATH = os.pathsep.join(
    str(Path(entry).resolve())
    for entry in (
        str(Path(registry.__file__).parents[1]),
        *os.environ.get("PYTHONPATH", "").split(os.pathsep),
    )
    if entry
)


def environment(**more: str) -> dict[str, str]:
    """The environment of a command: nothing of whoever runs the tests decides what it does."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN)}
    return {**kept, "PYTHONPATH": IMPORT_PATH, "TERM": "xterm-256color", **more}


def run(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> Result:
    """The command in a pipe."""
    if _at_start(more):
        return in_a_process(*arguments, cwd=cwd, **more)
    return run_here([str(each) for each in arguments], cwd, environment(**more))


def in_a_process(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> Result:
    """The same as a shell starts it: for tests of just that, and where several run at once."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


def _at_start(variables: Iterable[str]) -> bool:
    """Whether only an interpreter that starts would read one of these variables."""
    return any(
        name.startswith("PYTHON") and name != "PYTHONIOENCODING" for name in variables
    ) or not _LOGGING.isdisjoint(variables)


def succeed(*arguments: str | Path, cwd: Path = ROOT, **more: str) -> str:
    """What a command that must end well and without a word to stderr wrote to stdout."""
    result = run(*arguments, cwd=cwd, **more)
    assert (result.status, result.stderr) == (0, ""), result.output
    return result.stdout


def complaint(*arguments: str | Path, cwd: Path = ROOT, status: int = 1, **more: str) -> str:
    """The one line with which a command must fail, without its `registry: `."""
    result = run(*arguments, cwd=cwd, **more)
    assert (result.status, result.stdout) == (status, ""), result.output
    found = re.fullmatch(r"registry: (.*)\n", result.stderr)
    assert found, result.stderr
    return found[1]


def on_terminal(*arguments: str, cwd: Path = ROOT, columns: int = 80, **more: str) -> str:
    """What the command shows on a terminal of that width, styles included."""
    env = environment(**more)
    shown, complaints, status = run_at_terminal(arguments, cwd, env, columns=columns)
    assert (status, complaints) == (0, "")
    return shown


def answer(line: str, *arguments: str, cwd: Path = ROOT, **more: str) -> str:
    """What the command shows to a person at a terminal who types one line."""
    return run_at_terminal(arguments, cwd, environment(**more), typed=line)[0]


def without_styles(shown: str) -> str:
    """What a person reads of it."""
    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def without_privileges(command: list[str]) -> list[str]:
    """Permissions count for root too once these capabilities are gone."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
