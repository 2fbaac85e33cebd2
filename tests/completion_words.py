"""Write the words that `registry.cli.completion` offers: python -m tests.completion_words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

import registry
from registry.cli.app import app

FILE = Path(registry.__file__).parent / "cli" / "completion" / "commands.json"


def text() -> str:
    """The arguments and options of every command, in the format of the file."""
    commands: dict[str, Any] = getattr(typer.main.get_command(app), "commands", {})
    known = {name: _command(command) for name, command in commands.items()}
    return json.dumps(known, indent=2) + "\n"


def _command(command: Any) -> dict[str, Any]:  # Typer keeps the class private
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    return {
        "arguments": [f"{each.name}{'...' if each.nargs == -1 else ''}" for each in arguments],
        "options": {
            name: None if each.is_flag else _choices(each) or each.name
            for each in options
            for name in (*each.opts, *each.secondary_opts)
        },
    }


def _choices(option: Any) -> list[str]:
    choices = option.type_descriptor.choices if option.type_descriptor.is_choice else ()
    return [str(choice) for choice in choices]


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
