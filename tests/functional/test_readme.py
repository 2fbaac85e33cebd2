"""README: its examples run unchanged, for a new user in an empty folder and offline.

test_docs_site.py checks their types, in one run with those of the other pages.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from documents import blocks
from documents_world import World, world
from sources import ROOT

from registry.cli.table import COMMANDS

__all__ = ["world"]  # a fixture that pytest finds by name

README = (ROOT / "README.md").read_text("utf-8")


def test_it_can_be_followed(world: World, tmp_path: Path) -> None:
    with world.reader(tmp_path) as reader:
        reader.as_users = True
        reader.follow(README)


def test_what_mypy_says_is_what_it_says(tmp_path: Path) -> None:
    (said,) = [block.text for block in blocks(README) if block.language == "text"]
    program = next(block.text for block in blocks(README) if block.language == "python")
    (tmp_path / "app.py").write_text(
        f"{program}\nfrom registry import COLBERT_V3, QWEN3_8B\nindex(QWEN3_8B)\n"
    )
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "app.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    messages = re.findall(r"^app\.py:\d+: error: (.*?)  \[", found.stdout, re.MULTILINE)
    assert len(messages) == 2, found.stdout
    for message, line in zip(messages, said.splitlines(), strict=True):
        assert message.startswith(line.rstrip('."'))


def test_it_names_every_command() -> None:
    named = set(re.findall(r"`(?:registry )?([a-z]+)`", README.partition("## Commands")[2]))
    for names in COMMANDS.values():
        assert names.keys() <= named


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", README))))
def test_its_links_lead_somewhere(link: str) -> None:
    file, _, heading = link.partition("#")
    assert (ROOT / file).exists()
    if heading:
        headings = re.findall(r"^#+ (.+)$", (ROOT / file).read_text("utf-8"), re.MULTILINE)
        assert heading in {each.lower().replace(" ", "-") for each in headings}
