"""What libraries write to stderr while a model loads: only on terminals, not in logs and pipes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import warm
from checkpoints import build_colbert, build_cross_encoder

from servers.hub import HubServer
from servers.hub_environment import environment

# Loads twice: as we do, optionally with a failure at the end, and as the library does by itself.
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
    """A ColBERT: transformers does not know its projection, so the report calls it unexpected."""
    return build_colbert(tmp_path_factory.mktemp("colbert") / "model")


def said(checkpoint: Path, *arguments: str, verbosity: str | None = None) -> tuple[str, str]:
    """The output into a pipe while we load, and while the library does."""
    said = {} if verbosity is None else {"TRANSFORMERS_VERBOSITY": verbosity}
    done = warm.run(["-c", PROGRAM, checkpoint, *arguments], Path.cwd(), {**os.environ, **said})
    assert done.status == 0
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
    text, _, _ = at_terminal(PROGRAM, str(checkpoint)).partition("=====")
    assert BARS in text
    assert REPORT in text


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    with HubServer() as server:
        folder = build_cross_encoder(tmp_path_factory.mktemp("cross-encoder") / "model")
        server.store.add("tests/tiny", folder)
        yield server


FETCHING = """
import dataclasses
from registry import MS_MARCO_MINILM_L6_V2 as MODEL, load
load(dataclasses.replace(MODEL, huggingface_id="tests/tiny", revision=None), device="cpu")
"""


def test_what_is_fetched_draws_no_bar_into_a_pipe(hub: HubServer, tmp_path: Path) -> None:
    done = warm.run(["-c", FETCHING], tmp_path, environment(hub.url, tmp_path))
    assert (done.status, done.stderr) == (0, "")


def test_on_a_terminal_it_does(hub: HubServer, tmp_path: Path) -> None:
    assert "Fetching" in at_terminal(FETCHING, env=environment(hub.url, tmp_path))


def at_terminal(program: str, *arguments: str, env: Mapping[str, str] = os.environ) -> str:
    """The output of a Python program whose stderr is a terminal."""
    both = f"import os; os.dup2(1, 2)\n{program}"
    shown, _, status = warm.at_terminal(["-c", both, *arguments], Path.cwd(), env)
    assert status == 0, shown
    return shown
