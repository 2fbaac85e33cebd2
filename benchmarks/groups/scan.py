"""`registry scan` over a hundred thousand files, as in a large repository."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, interleaved

_FILES = 100_000
_QUICK = 10_000
_A_FOLDER = 200
_NAMED = 50  # one file in this many names a model
_LIMIT = 60.0  # seconds
_NAME = b'\nMODEL = "BAAI/bge-m3"\nDIM = 384\n'
_YAML = b"embedder:\n  model: BAAI/bge-m3\n  dim: 384\n"


def run(bench: Bench) -> Section:
    """Make a tree of repeated copies of the standard library's modules, and scan it."""
    count = _QUICK if bench.quick else _FILES
    folder = bench.workspace.folder / "scan"
    size = _make(folder, count)
    try:
        samples = interleaved({"scan": Case(partial(_scan, folder, count))}, bench.rounds(3))
    finally:
        shutil.rmtree(folder)
    seconds = samples["scan"].median
    return Section(
        title="Scanning",
        about=(
            "`registry scan` in a fresh process over modules of Python's standard library, one in "
            f"{_NAMED} with a model in it, and a settings file for each hundred; `.git` and "
            "`node_modules` with as many files more are passed over."
        ),
        targets=(
            Target(f"{count:,} files", f"≤ {_LIMIT:.0f} s", f"{seconds:.1f} s", seconds <= _LIMIT),
        ),
        tables=(
            Table(
                "A scan",
                ("files", "MiB", "seconds", "files per second"),
                ((f"{count:,}", f"{size >> 20:,}", f"{seconds:.1f}", f"{count / seconds:,.0f}"),),
            ),
        ),
    )


def _make(folder: Path, count: int) -> int:
    """Make a tree of that many files, plus some to skip; returns the bytes to read."""
    library = Path(sysconfig.get_path("stdlib"))
    modules = [path.read_bytes() for path in sorted(library.glob("*.py"))]
    total = 0
    for number in range(count):
        place = folder / f"package_{number // _A_FOLDER}"
        if number % _A_FOLDER == 0:
            place.mkdir(parents=True)
            (place / "node_modules").mkdir()
        text = modules[number % len(modules)]
        if number % _NAMED == 0:
            text += _NAME
        name = f"module_{number}.py"
        if number % 100 == 1:
            name, text = f"settings_{number}.yaml", _YAML
        (place / name).write_bytes(text)
        if number % 10 == 0:
            (place / "node_modules" / f"{number}.json").write_bytes(_YAML)
        total += len(text)
    return total


def _scan(folder: Path, count: int) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "registry", "scan", "--catalogue", "registry", "--json", folder],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    found = json.loads(done.stdout)
    assert found["files"] == count, done.stderr
    assert len(found["findings"]) == 2 * (count // _NAMED + count // 100)
    return seconds
