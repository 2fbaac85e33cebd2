"""Each command in a process of its own: it prints the same as inside this process.

The other tests run commands inside pytest, where modules are imported already. A new command is
tested here as soon as `cli/table.py` names it.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
from command_line import in_a_process, run

from catalogues import catalogue, entry
from registry.cli.app import app
from registry.cli.table import COMMANDS as TABLE

COMMANDS = [name for names in TABLE.values() for name in names]
# Without arguments these only report missing ones, or measure this machine.
ARGUMENTS = {
    "add": ["acme/tiny"],
    "bundle": ["tiny", "-o", "models.tar"],
    "diff": ["v1", "v2"],
    "embed": ["none.jsonl", "--model", "tiny", "--text", "text", "--id", "id", "-o", "out"],
    "export": ["tiny"],
    "generate": ["--output", "generated.py"],
    "init": ["acme-models"],
    "pull": ["tiny"],
    "recommend": ["--tiers"],
    "reindex": ["shop.parquet", "--to", "tiny"],
    "release": ["v1.0.0"],
    "share": ["tiny"],
    "show": ["tiny"],
    "unbundle": ["models.tar"],
}


FREE = re.compile(r"[\d.]+ \w+ free")  # changes because other programs write to this disk too


@pytest.mark.parametrize("command", COMMANDS)
def test_a_process_says_the_same(command: str, tmp_path: Path) -> None:
    nobody = {"HF_HUB_OFFLINE": "1", "HF_HOME": "hub", "HOME": "home", "OLLAMA_HOST": "127.0.0.1:1"}
    found = []
    for name, runner in (("here", run), ("apart", in_a_process)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "models.json").write_text(json.dumps(catalogue(entry("tiny"))))
        done = runner(command, *ARGUMENTS.get(command, []), cwd=folder, **nobody)
        found.append((done.status, done.stdout, FREE.sub("SOME free", done.stderr)))
    here, apart = found
    assert apart == here


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_plain_text_on_stdout(command: str) -> None:
    shown = run(command, "--help")
    assert (shown.status, shown.stderr) == (0, "")
    assert shown.stdout.startswith(f"Usage: registry {command} ")
    assert "\x1b" not in shown.stdout
    assert shown == run(command, "-h")


@pytest.mark.parametrize("command", COMMANDS)
def test_its_help_ends_in_an_example_that_is_understood(command: str) -> None:
    made = getattr(typer.main.get_command(app), "commands", {})[command]
    *_, last = made.help.split("\n\n")
    assert last.startswith(f"Example: registry {command}"), last
    shown = next(line for line in made.get_help(_context(made)).splitlines() if last in line)
    assert len(shown) <= 80

    line, _, _ = last.partition(" > ")
    made.make_context(command, shlex.split(line)[3:])


def _context(made: Any) -> Any:
    return typer.Context(made, info_name=f"registry {made.name}")


@pytest.mark.parametrize(
    ("group", "command"), [(g, c) for g, names in TABLE.items() for c in names]
)
def test_the_table_says_what_its_help_says(group: str, command: str) -> None:
    made = getattr(typer.main.get_command(app), "commands", {})[command]

    assert made.help.partition("\n\n")[0] == TABLE[group][command]
