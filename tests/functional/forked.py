"""Run commands at the same time, or kill them: each in a fork of this process.

A fork has everything imported already, so hundreds take seconds. It runs the command line as
`in_process.py` does, and exits without pytest noticing.
"""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import command_line
from in_process import run_here

Command = Sequence[str | Path]


def together(commands: Sequence[tuple[Command, Path]], settings: Mapping[str, str]) -> list[str]:
    """Run commands concurrently, each in its folder; returns the output of those that failed."""
    read, write = os.pipe()
    children: dict[int, tuple[Command, Path]] = {}
    for number, (command, folder) in enumerate(commands):
        said = folder / f".said-{number}"

        def work(command: Command = command, folder: Path = folder, said: Path = said) -> int:
            os.close(write)
            os.read(read, 1)  # returns once all have begun
            result = run_here(
                [str(each) for each in command], folder, command_line.environment(**settings)
            )
            said.write_text(result.output)
            return result.status

        children[fork(work)] = (command, said)
    os.close(write)
    os.close(read)
    failed = []
    for child, (command, said) in children.items():
        if (status := ended(child)) != 0:
            words = said.read_text() if said.exists() else "nothing"
            failed.append(f"{' '.join(map(str, command))}: {status}: {words}")
    return failed


def killed(command: Command, folder: Path, settings: Mapping[str, str], *, before: int) -> int:
    """Run a command and kill it before it puts the n-th file in place; returns its exit status."""

    def work() -> int:
        replace, left = Path.replace, before

        def counted(self: Path, target: str | Path) -> Path:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return replace(self, target)

        Path.replace = counted  # type: ignore[method-assign, assignment] # in this fork alone
        environment = command_line.environment(**settings)
        return run_here([str(each) for each in command], folder, environment).status

    return ended(fork(work))


def killed_after(
    seconds: float, command: Command, folder: Path, settings: Mapping[str, str]
) -> int:
    """Run a command and kill it after a delay unless it has ended; returns its exit status."""

    def work() -> int:
        environment = command_line.environment(**settings)
        return run_here([str(each) for each in command], folder, environment).status

    child = fork(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return ended(child)


def fork(work: Callable[[], int]) -> int:
    """Start work in a process of its own; returns the process id."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def ended(child: int) -> int:
    """The exit status of a process; negative if a signal ended it."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
