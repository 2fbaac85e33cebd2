"""Run Python programs as new processes whose heavy third-party libraries are imported already.

Importing sentence_transformers costs a process five seconds. Here a server imports it once, and
each program runs in a fork of that server, which warm_program.py makes like a new interpreter:
modules of this project are imported anew, huggingface_hub and transformers reread the environment,
and streams, `sys.path`, `__main__`, warnings and exits are as usual. What a fork cannot imitate,
such as `-X importtime` or PYTHONHASHSEED, runs as a real process.

Memory, the time to import, and what libraries warn of on import are not those of a real process.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import threading
import types
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
from environments import Result
from terminal import Terminal
from warm_program import PRELOADED, SERVER, Descriptor, Program, begin

# Variables that an interpreter or a library reads only when it starts or is imported.
# Not those that libraries set themselves on import: KMP_*, TORCHINDUCTOR_*.
_AT_START = (
    *("PYTHON", "LC_", "LANG", "LD_", "OMP_", "MKL_", "OPENBLAS_", "TORCH_", "PYTORCH_"),
    *("CUDA_", "USE_", "TQDM_", "COVERAGE_", "HF_DEBUG", "HF_HUB_VERBOSITY", "HF_DATASETS_"),
    *("HF_MODULES_CACHE", "TRANSFORMERS_"),
)
# Those that are imitated, and those that do not show.
_IMITATED = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
_CONTEXT = multiprocessing.get_context("forkserver")
_STARTING = threading.Lock()


def run(
    arguments: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.PIPE,
    timeout: float | None = None,
) -> Result:
    """Run `python *arguments` in a process of its own; returns how it ended.

    stdin, stdout: or file descriptors. After timeout seconds it is killed, and TimeoutExpired
    raised.
    """
    words = [str(each) for each in arguments]
    program = imitable(words, cwd, env)
    if program is None:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=cwd,
            env=dict(env),
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            timeout=timeout,
        )
        return Result(done.returncode, (done.stdout or b"").decode(), done.stderr.decode())
    nothing = os.open(os.devnull, os.O_RDWR)
    complaints = os.pipe()
    shown = os.pipe() if stdout == subprocess.PIPE else None
    streams = (
        nothing if stdin == subprocess.DEVNULL else stdin,
        shown[1] if shown else stdout,
        complaints[1],
    )
    process = _CONTEXT.Process(target=begin, args=(program, *map(Descriptor, streams)))
    with ThreadPoolExecutor(2) as pool:
        try:
            _start(process)
        finally:
            for number in (nothing, complaints[1], *(shown or ())[1:]):
                os.close(number)
            said = [pool.submit(_read, pipe[0]) for pipe in (shown, complaints) if pipe]
        try:
            process.join(timeout)
            status = process.exitcode
            if status is None:
                raise subprocess.TimeoutExpired(words, timeout or 0)
        finally:
            process.kill()
    process.close()
    *out, err = (each.result().decode() for each in said)
    return Result(status, "".join(out), err)


def at_terminal(
    arguments: Sequence[str | Path], cwd: Path, env: Mapping[str, str], *, columns: int = 80
) -> tuple[str, str, int]:
    """The same at a terminal; returns what `terminal.at_terminal` does."""
    with Terminal(columns) as terminal:
        result = run(arguments, cwd, env, stdout=terminal.slave)
    return terminal.shown, result.stderr, result.status


def imitable(arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Program | None:
    """What `python *arguments` starts with, or None if a fork cannot imitate it."""
    rest, filters = list(arguments), list[str]()
    while rest[:1] == ["-W"]:
        filters.append(rest[1])
        rest = rest[2:]
    kind = rest.pop(0) if rest[:1] in (["-c"], ["-m"]) else ""
    if not rest or (not kind and rest[0].startswith("-")):
        return None
    server = _server_environment()
    changed = {name for name in {*env, *server} if env.get(name) != server.get(name)}
    python_path = env.get("PYTHONPATH", "")
    if any(name.startswith(_AT_START) for name in changed - _IMITATED):
        return None
    if python_path and not all(map(os.path.isabs, python_path.split(os.pathsep))):
        return None
    beside = Path(cwd, rest[0]).resolve().parent
    first = {"-c": "", "-m": str(Path(cwd).resolve()), "": str(beside)}[kind]
    path = [first, *_path(python_path)]
    return Program(kind, rest[0], rest[1:], filters, str(cwd), dict(env), path)


@cache
def _server_environment() -> Mapping[str, str]:
    foreign = ("HF_", "PYTHON", "TRANSFORMERS_", "REGISTRY_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | SERVER


@cache
def _path(python_path: str) -> list[str]:
    """The `sys.path` of a new interpreter after its first entry."""
    program = "import json, sys; print(json.dumps(sys.path[1:]))"
    env = {**_server_environment(), "PYTHONPATH": python_path}
    path: list[str] = json.loads(subprocess.check_output([sys.executable, "-c", program], env=env))
    return path


def _start(process: Any) -> None:
    """Start a fork of the server, and the server if this is the first one."""
    with _STARTING, pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - _server_environment().keys():
            patch.delenv(name)
        for name, value in _server_environment().items():
            patch.setenv(name, value)
        # multiprocessing would import the main program of this process in the other.
        patch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
        forkserver.set_forkserver_preload(list(PRELOADED))
        process.start()


def _read(number: int) -> bytes:
    with open(number, "rb") as stream:
        return stream.read()
