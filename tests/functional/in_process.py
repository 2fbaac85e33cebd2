"""Run the command line inside this process: fast, and a debugger can step into it.

`_apart` is the one place that undoes what a process of its own would not leave behind: after
each run it restores the environment, the folder, the streams, what libraries read when they were
imported, logging and warnings. Modules stay imported, and caches that depend only on their
arguments stay filled.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import pytest
from environments import Result
from huggingface_hub import close_session
from terminal import Terminal

from registry.cli.run import run
from servers.hub_environment import reread


def run_here(arguments: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Result:
    """Run the command in a pipe."""
    stdout, stderr = (_pipe(env, errors) for errors in ("strict", "backslashreplace"))
    with Path(os.devnull).open() as stdin, _apart(arguments, cwd, env, stdin, stdout, stderr):
        status = run()
    return Result(status, _written(stdout), _written(stderr))


def run_at_terminal(
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    *,
    columns: int = 80,
    typed: str | None = None,
) -> tuple[str, str, int]:
    """Run the command at a terminal; returns what `at_terminal` returns for a process."""
    stderr = _pipe(env, "backslashreplace")
    # rich takes the width from the streams that Python started with, which are pytest's.
    wide = {"COLUMNS": str(columns), "LINES": "50", **env}
    with Terminal(columns) as terminal:
        if typed is not None:
            terminal.type(typed)
        keyboard = os.devnull if typed is None else terminal.slave
        with (
            open(keyboard, closefd=typed is None) as stdin,
            open(terminal.slave, "w", closefd=False) as screen,
            _apart(arguments, cwd, wide, stdin, screen, stderr),
        ):
            status = run()
    return terminal.shown, _written(stderr), status


@contextmanager
def _apart(
    arguments: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    stdin: TextIO,
    stdout: TextIO,
    stderr: TextIO,
) -> Generator[None]:
    """As in a process of its own; restores everything afterwards."""
    assert threading.current_thread() is threading.main_thread(), "two at once need processes"
    with (
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
        _logging_to(stderr),
    ):
        for name in os.environ.keys() - env.keys():
            patch.delenv(name)
        for name, value in env.items():
            patch.setenv(name, value)
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["registry", *arguments])
        for name, stream in (("stdin", stdin), ("stdout", stdout), ("stderr", stderr)):
            patch.setattr(sys, name, stream)
        with suppress(ValueError):  # an HF_ENDPOINT with which huggingface_hub cannot be imported
            reread(patch)
        yield
        close_session()


@contextmanager
def _logging_to(stderr: TextIO) -> Generator[None]:
    """Logging as it is before anything (including pytest) has configured it."""
    loggers = [
        logging.root,
        *(
            each
            for each in logging.root.manager.loggerDict.values()
            if isinstance(each, logging.Logger)
        ),
    ]
    before = [(each, each.level, each.propagate, each.handlers) for each in loggers]
    handlers = [
        (handler, handler.stream)
        for each in loggers[1:]
        for handler in each.handlers
        if type(handler) is logging.StreamHandler
    ]
    logging.root.handlers = []
    for handler, _ in handlers:
        handler.setStream(stderr)
    try:
        yield
    finally:
        for handler, stream in handlers:
            handler.setStream(stream)
        for each, level, propagate, found in before:
            if each.level != level:  # setting one asks each of the hundreds of loggers
                each.setLevel(level)
            each.propagate, each.handlers = propagate, found


def _pipe(env: Mapping[str, str], errors: str) -> io.TextIOWrapper:
    encoding = env.get("PYTHONIOENCODING", "utf-8")
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=errors, write_through=True)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    content = stream.buffer
    assert isinstance(content, io.BytesIO)
    return content.getvalue().decode()
