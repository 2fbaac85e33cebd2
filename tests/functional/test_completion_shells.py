"""Tab completion in a real zsh and fish, set up by `registry --install-completion`."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import environment
from terminal import Terminal

from catalogues import catalogue, entry

PROMPT = "ready>"
SETTINGS = {
    "zsh": (".zshrc", f"PS1='{PROMPT} '\n"),
    "fish": (".config/fish/config.fish", f"function fish_prompt; echo '{PROMPT} '; end\n"),
}
# Runs the real command for completion and its installation; only logs anything else.
COMMAND = """#!/bin/sh
if [ -n "$_REGISTRY_COMPLETE" ] || [ "$1" = --install-completion ]; then
  exec {python} -m registry "$@"
fi
echo "$*" >> {log}
"""


class Shell:
    """A shell in a terminal."""

    def __init__(self, terminal: Terminal, log: Path) -> None:
        self._terminal = terminal
        self._log = log

    def wait(self, text: str) -> None:
        end = time.monotonic() + 300
        while text not in self._terminal.shown:
            assert time.monotonic() < end, self._terminal.shown
            time.sleep(0.02)

    def types(self, keys: str) -> None:
        self._terminal.type(keys, end="")

    def runs(self, keys: str) -> str:
        """Type these keys and Enter; returns the arguments of the command that runs."""
        before = self._log.read_text() if self._log.exists() else ""
        self.types(f"{keys}\r")
        end = time.monotonic() + 300
        while not self._log.exists() or self._log.read_text() == before:
            assert time.monotonic() < end, self._terminal.shown
            time.sleep(0.02)
        return self._log.read_text().removeprefix(before).rstrip("\n")


@contextmanager
def shell(name: str, home: Path) -> Generator[Shell]:
    path = f"{home}{os.pathsep}{os.environ['PATH']}"
    env = environment(HOME=str(home), PATH=path, TERM="xterm", LANG="C.UTF-8")
    for variable in ("ZDOTDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        env.pop(variable, None)
    with Terminal(100) as terminal:
        running = subprocess.Popen(
            [name, "-i"],
            cwd=home / "work",
            env=env,
            stdin=terminal.slave,
            stdout=terminal.slave,
            stderr=terminal.slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        try:
            found = Shell(terminal, home / "log")
            found.wait(PROMPT)
            yield found
        finally:
            running.kill()
            running.wait()


@pytest.mark.parametrize("name", SETTINGS)
def test_tab(name: str, tmp_path: Path) -> None:
    if shutil.which(name) is None:  # a system program: no Python package has it
        pytest.skip(f"{name} is not installed")
    work = tmp_path / "work"
    work.mkdir()
    models = [entry("tiny-one", aliases=["tiny-one:8b"]), entry("tiny-two", "colbert")]
    (work / "models.json").write_text(json.dumps(catalogue(*models)))
    (work / "notes.txt").touch()
    command = tmp_path / "registry"
    command.write_text(COMMAND.format(python=sys.executable, log=tmp_path / "log"))
    command.chmod(0o755)
    file, text = SETTINGS[name]
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(text)

    with shell(name, tmp_path) as first:
        assert first.runs("registry --install-completion; registry done") == "done"
    with shell(name, tmp_path) as second:
        assert second.runs("registry show tiny-t\t") == "show tiny-two"  # already on the first Tab
        assert second.runs("registry show tiny-one:\t") == "show tiny-one:8b"
        assert second.runs("registry select emb\t") == "select embedding"
        assert second.runs("registry list --ty\tcolb\t") == "list --type colbert"
        assert second.runs("registry list --type=colb\t") == "list --type=colbert"
        assert second.runs("registry bom --output no\t") == "bom --output notes.txt"
        second.types("registry show tin\t\t")
        second.wait("colbert, org")
