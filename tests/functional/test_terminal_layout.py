"""Tables, bars and errors on terminals of any width: what people copy is never truncated."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import COMMAND, environment, without_styles
from terminal import Terminal, at_terminal

from catalogues import ROOT

ID = "snowflake-arctic-embed-l-v2.0-long"
WHY = "it is in the catalogue but neither selected nor locked, and nothing has read it since"
TABLE = f"""
from registry.cli.terminal.table import write_rows
write_rows(("model", "revision", "frees", "why"),
    [({ID!r}, "5617a9f61b02", "1023.9 MiB", {WHY!r}), ("b", "0123456789ab", "0 B", "short")])
"""
BARS = """
from registry.cli.terminal.transfers import transfers
with transfers(9_000_000_000) as watcher:
    name = "acme/some-organization-model: model-00001-of-00004.safetensors"
    watcher.begin(name, 4_500_000_000)
    for _ in range(12):
        watcher.advance(name, 300_000_000)
"""


def shown(program: str, columns: int) -> list[str]:
    text, complaints, status = at_terminal(
        [sys.executable, "-c", program], ROOT, environment(), columns=columns
    )
    assert (status, complaints) == (0, "")
    return without_styles(text).splitlines()


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_table_keeps_ids_and_sizes_whole(columns: int) -> None:
    lines = shown(TABLE, columns)

    assert max(map(len, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    assert ID in text
    for whole in ("5617a9f61b02", "1023.9 MiB"):
        assert any(whole in line for line in lines) or (columns == 40 and whole in text)
    assert set(WHY.split()) <= set(text.split())  # nothing is left out


def test_words_wrap_beside_the_rest_where_there_is_room() -> None:
    head, _, first, second, *_ = shown(TABLE, 100)

    assert first.startswith(ID)
    at = head.index("why")
    assert not second[:at].strip()
    assert second[at:].strip()


def test_an_id_that_is_wider_than_the_terminal_is_not_broken() -> None:
    assert ID in shown(TABLE, 24)


def test_one_long_name_costs_no_other_row_its_columns() -> None:
    program = """
from registry.cli.terminal.table import write_rows
rows = [(f"model-{n}", "dense", "1.0 GiB") for n in range(20)] + [("x" * 70, "llm", "2.0 GiB")]
write_rows(("model", "type", "size"), rows)
"""
    lines = shown(program, 80)

    assert lines[2].split() == ["model-0", "dense", "1.0", "GiB"]
    assert lines[-2:] == ["x" * 70, "    type llm, size 2.0 GiB"]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_bars_fit_and_show_whole_sizes(columns: int) -> None:
    with Terminal(columns) as screen:
        subprocess.run(
            [sys.executable, "-c", BARS],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=screen.slave,
            check=True,
        )
    drawn = re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.shown))
    drawn = [line for line in drawn if line.strip()]

    assert max(map(len, drawn)) <= columns
    assert any(re.search(r"tensors .*━ 3\.4/4\.2 GiB", line) for line in drawn)
    assert any(re.search(r"^total .*━ 3\.4/8\.4 GiB", line) for line in drawn)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_an_error_is_told_apart_from_what_is_going_on(
    variables: dict[str, str], tmp_path: Path
) -> None:
    with Terminal(80) as screen:
        failed = subprocess.run(
            [*COMMAND, "show", "no-such-model"],
            cwd=tmp_path,
            env=environment(**variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=screen.slave,
        )
    assert failed.returncode == 1
    begins = "Error: " if variables else "\x1b[1;31mError:\x1b[0m "
    assert screen.shown.startswith(begins)

    written = subprocess.run(
        [*COMMAND, "outdated"], cwd=tmp_path, env=environment(), capture_output=True, text=True
    )
    assert written.returncode == 0, os.fspath(tmp_path)
    assert re.fullmatch(r"registry: .*\n", written.stderr)
