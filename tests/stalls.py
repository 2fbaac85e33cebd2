"""Run pytest on a machine that stalls, to find races and time limits that are too short.

    python -m tests.stalls tests/functional/test_pull_faults.py

As virtual machines do that are moved or wait for a disk, all processes of the run stop for twelve
seconds, again and again, while the clock goes on. A test that fails here alone is the fault of the
test, or of a wait in the product that ends without trying again.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import suppress

import psutil

_STALL, _BETWEEN = 12.0, (12.0, 38.0)  # seconds


def main(*arguments: str) -> int:
    """Run pytest with these arguments; returns its exit status."""
    run = subprocess.Popen([sys.executable, "-m", "pytest", *arguments])
    with suppress(KeyboardInterrupt):
        while run.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                run.wait(random.uniform(*_BETWEEN))
                continue
            _stall(psutil.Process(run.pid))
    return run.wait()


def _stall(root: psutil.Process) -> None:
    stopped: set[psutil.Process] = set()
    for _ in range(3):  # also those that are just being started
        for process in {root, *root.children(recursive=True)} - stopped:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
                stopped.add(process)
    try:
        time.sleep(_STALL)
    finally:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.resume()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
