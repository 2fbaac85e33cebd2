"""Each command as a shell starts it: it says there what it says inside this process.

The other tests of commands run inside theirs, where modules are imported already. A new command
is tested here as soon as `cli/table.py` names it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer
from command_line import in_a_process, run

from catalogues import catalogue, entry
from registry.cli.app import app
from registry.cli.table import COMMANDS as TABLE

COMMANDS = [name for names in TABLE.values() for name in names]
# Without arguments these only say that some are missing, or measure this machine.
ARGUMENTS = {
    "add": ["acme/tiny"],
    "diff": ["v1", "v2"],
    "export": ["tiny"],
    "generate": ["--output", "generated.py"],
    "init": ["acme-models"],
    "pull": ["tiny"],
    "recommend": ["--tiers"],
    "release": ["v1.0.0"],
    "share": ["tiny"],
    "show": ["tiny"],
}


FREE = re.compile(r"[\d.]+ \w+ free")  # other programs write to this disk too


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


@pytest.mark.parametrize(
    ("group", "command"), [(g, c) for g, names in TABLE.items() for c in names]
)
def test_the_table_says_what_its_help_says(group: str, command: str) -> None:
    made = getattr(typer.main.get_command(app), "commands", {})[command]

    assert made.help.partition("\n\n")[0] == TABLE[group][command]
