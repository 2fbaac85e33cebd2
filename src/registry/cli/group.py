"""A group of commands that imports a command's module only when it is needed."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from registry.cli.table import COMMANDS

# Names that Python keeps for itself.
_MODULES = {"list": "list_models"}
_SETTINGS = {"help_option_names": ["-h", "--help"]}


class _Commands(MutableMapping[str, Any]):  # of command objects, which Typer keeps private
    """The commands of the table by name; each is created on first use."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        self._names = [name for group in COMMANDS.values() for name in group]

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = _command(name)
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        self._names.remove(name)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class CommandGroup(TyperGroup):
    """The group of all commands; its help lists them by purpose."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write each group with whole sentences."""
        for title, sentences in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl(list(sentences.items()))


def _command(name: str) -> Any:
    module = _MODULES.get(name, name)
    function = getattr(import_module(f"registry.cli.commands.{module}"), module)
    single = typer.Typer(add_completion=False, context_settings=_SETTINGS, rich_markup_mode=None)
    single.command(name)(function)
    return typer.main.get_command(single)
