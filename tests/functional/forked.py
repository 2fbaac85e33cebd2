"""Commands that run at the same time, or are killed: each in a fork of this process.

A fork has everything imported already, so that hundreds take seconds. It does what the command
line does inside this process (`in_process.py`), and leaves without a word to pytest.
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
    """Run commands, each in its folder, all at once; what those that failed said."""
    read, write = os.pipe()
    children: dict[int, tuple[Command, Path]] = {}
    for number, (command, folder) in enumerate(commands):
        said = folder / f".said-{number}"

        def work(command: Command = command, folder: Path = folder, said: Path = said) -> int:
            os.close(write)
            os.read(read, 1)  # ends when every one has begun
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
    """Run a command that is killed before it puts the n-th file in its place; its exit status."""

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
    """Run a command that is killed after a while, unless it has ended; its exit status."""

    def work() -> int:
        environment = command_line.environment(**settings)
        return run_here([str(each) for each in command], folder, environment).status

    child = fork(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return ended(child)


def fork(work: Callable[[], int]) -> int:
    """Begin work in a process of its own; its id."""
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
    """The exit status of a process, negative for the signal that ended it."""
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)
