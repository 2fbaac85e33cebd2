"""A third-party server in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self


class OwnProcess:
    """Runs a command during a `with` block, which begins once it answers at `/health`.

    Every "{port}" in the command is replaced by a free port. `log` is its output.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, *, environment: Mapping[str, str] | None = None
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        self._folder = folder
        self._environment = {**os.environ, "HF_HUB_OFFLINE": "1", **(environment or {})}
        self.log = folder / f"log-{self.port}"

    @property
    def url(self) -> str:
        """The URL for clients."""
        return self._origin

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        try:
            self._wait_until_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait_until_up(self) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self._origin}/health", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        said = self.log.read_text("utf-8", errors="replace")[-3000:]
        raise AssertionError(f"no server:\n{said}")


def python(*arguments: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *arguments]
