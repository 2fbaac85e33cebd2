"""A terminal: programs that run in it, and what a person would see."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path


def at_terminal(
    command: Sequence[str | Path],
    cwd: Path,
    env: Mapping[str, str],
    *,
    columns: int = 80,
    typed: str | None = None,
) -> tuple[str, str, int]:
    """What it shows, what it writes to stderr (a pipe), its exit status; `typed` is one line."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL if typed is None else slave,
        stdout=slave,
        stderr=subprocess.PIPE,
    )
    os.close(slave)
    if typed is not None:
        os.write(master, f"{typed}\n".encode())
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:
        pass  # Linux's way to say that the other side is closed
    finally:
        os.close(master)
    _, complaints = process.communicate()
    return shown.decode().replace("\r\n", "\n"), complaints.decode(), process.returncode
