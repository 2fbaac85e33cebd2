"""The reference of the command line, from the application itself through Typer's own generator."""

from __future__ import annotations

import re

import typer
from typer.cli import get_docs_for_click

from registry.cli.app import app

_HELP = re.compile(r"^\* `--help`: .*\n", re.MULTILINE)


def commands_text() -> str:
    """A table of the commands, and a section each, as Markdown."""
    group = typer.main.get_command(app)
    commands = getattr(group, "commands", {})
    context = typer.Context(group, info_name="registry")
    rows = [
        f"| [`{name}`](#registry-{name}) | {_first_sentence(command.help)} |"
        for name, command in commands.items()
    ]
    sections = [
        get_docs_for_click(obj=command, ctx=context, name=name, indent=1, call_prefix="registry")
        for name, command in commands.items()
    ]
    head = "| command | |\n|---|---|"
    return "\n".join([head, *rows, "", *(_HELP.sub("", section) for section in sections)])


def _first_sentence(text: str) -> str:
    return " ".join(text.partition("\n\n")[0].split()).replace("|", r"\|")
