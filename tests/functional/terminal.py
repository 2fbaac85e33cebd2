"""A terminal: run programs in it and read what a person would see."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType


class Terminal:
    """A window of some width; `shown` is what it has shown once it is closed.

    slave: the file descriptor that programs read and write.
    """

    def __init__(self, columns: int = 80) -> None:
        self._master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        self._read = b""
        self._reader = threading.Thread(target=self._drain, daemon=True)
        self._reader.start()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        os.close(self.slave)
        self._reader.join()
        os.close(self._master)

    def type(self, line: str, end: str = "\n") -> None:
        os.write(self._master, f"{line}{end}".encode())

    @property
    def shown(self) -> str:
        return self._read.decode().replace("\r\n", "\n")

    def _drain(self) -> None:
        try:
            while chunk := os.read(self._master, 65536):
                self._read += chunk
        except OSError:
            pass  # on Linux this means that the other side is closed


def at_terminal(
    command: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str],
    *,
    columns: int = 80,
    typed: str | None = None,
) -> tuple[str, str, int]:
    """Its terminal output, its stderr (a pipe), its exit status; `typed` is one line of input."""
    with Terminal(columns) as terminal:
        if typed is not None:
            terminal.type(typed)
        done = subprocess.run(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL if typed is None else terminal.slave,
            stdout=terminal.slave,
            stderr=subprocess.PIPE,
        )
    return terminal.shown, done.stderr.decode(), done.returncode
