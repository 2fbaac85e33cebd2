"""Child processes: their cost and their output."""

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.checkout import ROOT

_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",  # torch
    "OPENBLAS_NUM_THREADS": "1",  # numpy
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}


class ChildError(RuntimeError):
    """A child failed; the message ends with its last line of output."""


def clean_environment() -> dict[str, str]:
    """Our environment without variables that change how Python starts or caches."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def cpu_seconds(argv: Sequence[str]) -> float:
    """The CPU time of a fresh process, user and system, from start to end."""
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in range(3)]
    process = os.posix_spawn(argv[0], list(argv), clean_environment(), file_actions=null)
    _, status, usage = os.wait4(process, 0)
    if status:
        raise ChildError(f"{' '.join(argv)[:200]}: exit {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def output(
    argv: Sequence[str], *, cwd: Path | None = None, settings: Mapping[str, str] | None = None
) -> str:
    """The output of a child. Raises ChildError with the last line of its stderr."""
    environment = clean_environment() | dict(settings or {})
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, env=environment, cwd=cwd
    )
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise ChildError(f"exit {done.returncode}: {lines[-1].strip()}")
    return done.stdout


def measured(module: str, *arguments: str) -> Any:
    """The JSON output of a module of this package, run on one thread and offline."""
    said = output([sys.executable, "-m", module, *arguments], cwd=ROOT, settings=_ONE_THREAD)
    return json.loads(said.splitlines()[-1])  # a library may print something before


@dataclass(frozen=True)
class Finished:
    """A child that has ended, with any exit code."""

    wall: float  # seconds
    cpu: float  # seconds, including its children
    code: int
    said: str


def finish(argv: Sequence[str], *, cwd: Path) -> Finished:
    """Run a child and measure its time."""
    began, cpu = time.perf_counter(), _children_cpu()
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, env=clean_environment(), cwd=cwd
    )
    wall = time.perf_counter() - began
    return Finished(wall, _children_cpu() - cpu, done.returncode, done.stdout + done.stderr)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def peak_mebibytes() -> float:
    """The peak resident memory of this process, in MiB."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage would include the memory of the parent
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text("ascii"), re.MULTILINE)
        if found:
            return int(found[1]) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
