"""Run a job in a process of its own: whatever happens to it, this one continues."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Any, Literal

import psutil

from registry.bench._job import Job
from registry.bench._ways import way_of
from registry.bench.results import BenchOptions, Measurement
from registry.files.json_records import from_json

_COMMAND = (sys.executable, "-P", "-m", "registry.bench.worker")
_LONGEST_LINE = 300  # characters of a process's last output line


@dataclass(frozen=True)
class NoMeasurement:
    """Why there are no figures."""

    status: Literal["failed", "skipped"]
    reason: str


def measure_apart(job: Job, *, timeout: float) -> Measurement | NoMeasurement:
    """Measure a model in a fresh process, which gets `timeout` seconds in total.

    A process that crashes, is killed, ends silently or does not end is a NoMeasurement.
    """
    with tempfile.TemporaryFile() as answers, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=answers,
            stderr=errors,
            env=_environment(job.options),
        )
        ended = False
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it has already died; its status says why
                process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
                process.stdin.flush()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout)
                ended = True
        finally:
            _end(process)
        stage, outcome = _read(answers)
        if outcome is not None:  # how it ended after that does not matter
            return outcome
        if not ended:
            return NoMeasurement("failed", f"stopped after {timeout:g} s while {stage}")
        return NoMeasurement("failed", _death(process.returncode, stage, _last_words(errors)))


def _environment(options: BenchOptions) -> dict[str, str]:
    """As in this process; nothing is downloaded, and libraries use this many threads."""
    more: dict[str, str] = {}
    if way_of(options.backend).backend != "openai":  # which needs huggingface_hub online
        more["HF_HUB_OFFLINE"] = "1"
    if options.threads is not None:
        names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
        more |= dict.fromkeys(names, str(options.threads))
    return {**os.environ, **more}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started, unless it has already ended."""
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
        process.kill()
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.close()
    process.wait()


def _read(answers: IO[bytes]) -> tuple[str, Measurement | NoMeasurement | None]:
    """The last stage, and the outcome of the job if there was one."""
    stage = "starting"
    answers.seek(0)
    for line in answers:
        try:
            event: dict[str, Any] = json.loads(line)
        except ValueError:  # it died in the middle of a line
            break
        if "measurement" in event:
            return stage, from_json(Measurement, event["measurement"])
        if "failed" in event:
            return stage, NoMeasurement("failed", event["failed"])
        if "skipped" in event:
            return stage, NoMeasurement("skipped", event["skipped"])
        stage = event["stage"]
    return stage, None


def _death(status: int, stage: str, last_words: str) -> str:
    how = f"ended with status {status}" if status >= 0 else f"was ended by {_signal(-status)}"
    told = f"; its last output: {last_words}" if last_words else ""
    return f"the process {how} while {stage}{told}"


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:  # one of the real-time signals
        name = f"signal {number}"
    return f"{name} (most often: out of memory)" if name == "SIGKILL" else name


def _last_words(errors: IO[bytes]) -> str:
    """The last line on stderr that is not empty."""
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - 4096))
    lines = errors.read().decode("utf-8", "replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1][:_LONGEST_LINE] if said else ""
