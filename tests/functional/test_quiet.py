"""What transformers writes to stderr while it loads: to people, not to log files and pipes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from checkpoints import build_colbert

# Twice the same: as we load, also if that fails in the end, and as the library does by itself.
PROGRAM = """
import contextlib, sys
from transformers import AutoModel
from transformers.utils import logging
from registry.backends._quiet import quiet_loading

def load():
    AutoModel.from_pretrained(sys.argv[1])

def drawn(bar, arguments, keywords):
    print("a bar of the program's own", file=sys.stderr)
    return bar(*arguments, **keywords, disable=True)

if "own" in sys.argv:
    logging.set_tqdm_hook(drawn)
with contextlib.suppress(KeyError), quiet_loading():
    load()
    raise KeyError
print("=====", file=sys.stderr, flush=True)
load()
"""
BARS, REPORT = "Loading weights", "LOAD REPORT"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its projection is read by another library: the report calls that unexpected."""
    return build_colbert(tmp_path_factory.mktemp("colbert") / "model")


def said(checkpoint: Path, *arguments: str, verbosity: str = "warning") -> tuple[str, str]:
    """What went into a pipe while we loaded, and while the library did."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(checkpoint), *arguments],
        env={**os.environ, "TRANSFORMERS_VERBOSITY": verbosity},
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    ours, _, theirs = done.stderr.partition("=====")
    return ours, theirs


def test_nothing_goes_into_a_pipe_and_afterwards_all_is_as_it_was(checkpoint: Path) -> None:
    ours, theirs = said(checkpoint)

    assert ours == ""
    assert BARS in theirs
    assert REPORT in theirs


def test_who_asks_for_more_gets_it(checkpoint: Path) -> None:
    ours, _ = said(checkpoint, verbosity="info")

    assert BARS in ours
    assert REPORT in ours


def test_bars_of_the_program_stay(checkpoint: Path) -> None:
    ours, theirs = said(checkpoint, "own")

    assert ours == "a bar of the program's own\n"
    assert ours in theirs


def test_a_terminal_shows_everything(checkpoint: Path) -> None:
    ours, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))  # or bars have no room
    command = [sys.executable, "-c", PROGRAM, str(checkpoint)]
    with subprocess.Popen(command, stderr=terminal) as process:
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how Linux says that the other side is closed
            pass
        os.close(ours)
    assert process.returncode == 0

    text, _, _ = shown.decode().partition("=====")
    assert BARS in text
    assert REPORT in text
