"""Type checkers: how to run each in strict mode, and the lines that it reports.

mypy and pyright are in the development environment. The others are installed once into
benchmarks/.cache/checkers; remove that folder to get newer versions.
"""

import json
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from benchmarks import environments
from benchmarks.checkout import CACHE
from benchmarks.processes import ChildError, Finished, finish, output

LOCKED = ("mypy", "pyright")
OTHERS = ("basedpyright", "ty", "pyrefly", "zuban")

_OPTIONS = {
    "mypy": "--strict --config-file= --no-pretty --cache-dir={cache} --python-executable={python}",
    "pyright": "--pythonpath={python}",
    "basedpyright": "--pythonpath={python}",
    "ty": "check --output-format=concise --color=never --python-version=3.11 --python={python}",
    "pyrefly": "check --preset=strict --output-format=min-text --python-version=3.11 "
    "--python-interpreter-path={python}",
    "zuban": "check --strict --python-executable={python}",
}
# For pyright and basedpyright, which read settings from a file. The checked programs are lists
# of expressions, so unused results are fine.
_SETTINGS = {
    "typeCheckingMode": "strict",
    "pythonVersion": "3.11",
    "reportUnusedExpression": False,
    "reportUnusedVariable": False,
    "reportUnknownVariableType": False,
}
# "a.py:1: error:", "  /tmp/a.py:1:2 - error:", "a.py:1:2: error[x]", "ERROR a.py:1:2-3:".
_REPORT = re.compile(
    r"^\s*(?P<first>ERROR )?(?P<file>[^\s:]+\.py):(?P<line>\d+)(?(first)|(?::\d+)?(?::| -) error)",
    re.MULTILINE,
)

Errors = dict[str, set[int]]
"""The lines of each file, by its name, that a checker objects to."""


@dataclass(frozen=True)
class Checker:
    """An installed type checker, and how to start it."""

    name: str
    version: str
    run: tuple[str, ...]

    def check(self, folder: Path, files: Sequence[str], python: Path) -> tuple[Errors, Finished]:
        """Check files or packages of a folder with an empty cache.

        python: that of the environment whose packages they import. Raises ChildError.
        """
        (folder / "pyrightconfig.json").write_text(json.dumps(_SETTINGS), "utf-8")
        cache = folder / "mypy-cache"
        shutil.rmtree(cache, ignore_errors=True)
        options = _OPTIONS[self.name].format(cache=cache, python=python).split()
        done = finish([*self.run, *options, *files], cwd=folder)
        errors: Errors = defaultdict(set)
        for match in _REPORT.finditer(done.said):
            errors[Path(match["file"]).name].add(int(match["line"]))
        if done.code != (1 if errors else 0):
            raise ChildError(f"{self.name}: exit {done.code}: {done.said.strip()[-500:]}")
        return errors, done


def checkers(*, others: bool = True, folder: Path = CACHE / "checkers") -> list[Checker]:
    """Every checker; with `others`, also those from the index, installed if missing."""
    runs: dict[str, tuple[str, ...]] = {name: (sys.executable, "-m", name) for name in LOCKED}
    if others:
        runs |= {name: (str(_installed(folder) / name),) for name in OTHERS}
    return [Checker(name, _version(run), run) for name, run in runs.items()]


def _installed(folder: Path) -> Path:
    finished = folder / "finished.txt"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):  # several processes of pytest may come for it
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)
            environments.install(environments.create(folder), *OTHERS)
            finished.touch()  # last, so that a broken installation is redone
    return folder / "bin"


def _version(run: Sequence[str]) -> str:
    said = re.search(r"\d+(\.\d+)+", output([*run, "--version"]))
    return said[0] if said else ""
