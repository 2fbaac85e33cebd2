"""Commands that run at the same time, or are killed: each in a fork of this process.

A fork has everything imported already, so that hundreds take seconds. It does what the command
line does inside this process (`in_process.py`), and leaves without a word to pytest.
"""

from __future__ import annotations

import os
import signal
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


def killed(command: Command, folder: Path, settings: Mapping[str, str], *, at: str) -> int:
    """Run a command that is killed when it is about to do something; its exit status.

    at: the name of a function of pathlib.Path, as it is about to be called.
    """

    def work() -> int:
        def die(*_: object, **__: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(Path, at, die)
        environment = command_line.environment(**settings)
        return run_here([str(each) for each in command], folder, environment).status

    return ended(fork(work))


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
