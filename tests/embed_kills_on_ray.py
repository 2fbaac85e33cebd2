"""A Ray cluster of three nodes on this machine, whose drivers or nodes are killed repeatedly.

Everything is limited: a run that does not end within LIMIT seconds is killed and counts as stuck,
the series ends after a few of those, and processes that Ray leaves are killed by their id.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from embed_kills import Outcome, Trial, Vector

LIMIT = 400.0
"""Seconds for a run, from its beginning to its end with all its kills."""
_STUCK = 3
_EACH = 3  # kills per output
_PART = "16"
# Suits a busy machine; disables telemetry; and frees what Ray Data reserves for a killed driver
# soon: until then, the next driver gets no core, because each node has only one.
_SETTINGS = {
    "RAY_raylet_start_wait_time_s": "90",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DATA_MIN_GAP_BETWEEN_AUTOSCALING_REQUESTS": "2",
    "RAY_DATA_AUTOSCALING_REQUEST_EXPIRE_TIME_S": "6",
}
# A dead node is noticed after five seconds; Ray's default is half a minute.
_HEALTH = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 1_000,
    "health_check_failure_threshold": 5,
}


class Nodes:
    """A head and two nodes with one core each."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self._small: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100 << 20}
        head = {**self._small, "include_dashboard": False, "_system_config": _HEALTH}
        untyped: Any = Cluster
        self._cluster = untyped(initialize_head=True, head_node_args=head)
        self._nodes = [self._cluster.add_node(**self._small) for _ in range(2)]

    @property
    def address(self) -> str:
        """The address of the head."""
        return str(self._cluster.address)

    def kill(self) -> None:
        """Kill the older node and replace it."""
        self._cluster.remove_node(self._nodes.pop(0), allow_graceful=False)
        self._nodes.append(self._cluster.add_node(**self._small))

    def close(self) -> None:
        """Kill all nodes."""
        self._cluster.shutdown()


@contextmanager
def nodes() -> Generator[Nodes]:
    """Three nodes, of which nothing is left afterwards."""
    before = {each.pid for each in psutil.Process().children(recursive=True)}
    os.environ.update({name: os.environ.get(name, value) for name, value in _SETTINGS.items()})
    there: Nodes | None = None
    try:
        there = Nodes()
        yield there
    finally:
        left = [
            each for each in psutil.Process().children(recursive=True) if each.pid not in before
        ]
        if there is not None:
            ending = Thread(target=there.close, daemon=True)  # which may hang
            ending.start()
            ending.join(30)
        _, alive = psutil.wait_procs(left, timeout=10)
        for each in alive:
            with suppress(psutil.NoSuchProcess):
                each.kill()


def kill_on_ray(
    trial: Trial,
    wanted: dict[int, Vector],
    outcome: Outcome,
    kills: int,
    chance: random.Random,
    whom: str,
) -> None:
    """Kill the driver or another node `kills` times, and count the results."""
    with nodes() as there:
        while outcome.kills < kills and outcome.stuck < _STUCK:
            output = trial.work / f"killed-{outcome.runs}"
            more = ("--engine", "ray", "--address", there.address, "--rows-per-part", _PART,
                    "--workers", "2")  # fmt: skip
            begin = _beginner(trial, output, outcome, *more)
            if _one(begin, output, outcome, min(kills, outcome.kills + _EACH), chance,
                    there.kill if whom == "node" else None):  # fmt: skip
                trial.count(output, wanted, outcome)
            else:
                outcome.stuck += 1
            print(outcome, file=sys.stderr, flush=True)  # in case the series is aborted


def _beginner(
    trial: Trial, output: Path, outcome: Outcome, *more: str
) -> Callable[[], subprocess.Popen[bytes]]:
    def begin() -> subprocess.Popen[bytes]:
        outcome.runs += 1
        return trial.begin(output, *more)

    return begin


def _one(
    begin: Callable[[], subprocess.Popen[bytes]],
    output: Path,
    outcome: Outcome,
    kills: int,
    chance: random.Random,
    kill_node: Callable[[], None] | None,
) -> bool:
    """Write one output, with kills, until it is complete; whether that was in time."""
    until = time.monotonic() + LIMIT
    process = begin()
    try:
        while outcome.kills < kills and _wait(process, output, chance.randrange(1, 12), until):
            time.sleep(chance.uniform(0, 0.3))
            if process.poll() is not None:
                break
            if kill_node is not None:
                kill_node()
            else:
                process.kill()
                process.wait()
                process = begin()
            outcome.kills += 1
        while _ended(process, until) != 0:  # also restarts a job that a lost node has ended
            if time.monotonic() > until:
                return False
            process = begin()
        return True
    finally:
        process.kill()
        process.wait()


def _ended(process: subprocess.Popen[bytes], until: float) -> int | None:
    with suppress(subprocess.TimeoutExpired):
        return process.wait(max(0.0, until - time.monotonic()))
    return None


def _wait(process: subprocess.Popen[bytes], output: Path, more: int, until: float) -> bool:
    """Wait for `more` new files; false if the process has ended or the time is up."""
    target = len(list(output.glob("*.parquet"))) + more
    while len(list(output.glob("*.parquet"))) < target:
        if process.poll() is not None or time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
