"""What the shell offers at Tab, in a twentieth of a second.

`registry --install-completion` and `--show-completion` are Typer's, and so is the protocol of its
scripts, which ask through environment variables. The answers are made here, without Typer, because
importing it takes longer than people want to wait:

    _shells         how each shell asks, and the answer that it expects
    _names          models, types and organizations of the catalogue in use
    _installed      what Typer's script for zsh lacks
    commands.json   the arguments and options of every command; a test compares it with them
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from os import environ
from pathlib import Path
from typing import Any, Final

from registry.cli.completion._installed import answer_first_tab
from registry.cli.completion._names import ARGUMENTS, OPTIONS
from registry.cli.completion._shells import Offer, answered, asked
from registry.cli.table import COMMANDS
from registry_base.json_shapes import is_list

__all__ = ["VARIABLE", "answer_first_tab", "complete", "offers"]

VARIABLE: Final = "_REGISTRY_COMPLETE"
_COMMANDS = Path(__file__).with_name("commands.json")
_ROOT: Final[Mapping[str, str]] = dict.fromkeys(
    ("--version", "--install-completion", "--show-completion", "--help"), ""
)


def complete() -> int | None:
    """Answer a shell's completion request; the exit status, or None if there is none."""
    _, _, shell = environ.get(VARIABLE, "").partition("complete_")
    if not shell or (words := asked(shell)) is None:
        return None
    return answered(shell, list(offers(*words)))


def offers(words: Sequence[str], incomplete: str) -> Iterator[Offer]:
    """What may follow the words of a command line in place of `incomplete`.

    >>> [offer.value for offer in offers(["pull"], "--ol")]
    ['--ollama', '--ollama-host']
    """
    sentences = {name: said for group in COMMANDS.values() for name, said in group.items()}
    command = next((word for word in words if not word.startswith("-")), None)
    if command is None:
        known = _ROOT if incomplete.startswith("-") else sentences
        yield from _beginning(incomplete, known)
    elif command in sentences:
        yield from _of_command(command, words[words.index(command) + 1 :], incomplete)


def _of_command(command: str, words: Sequence[str], incomplete: str) -> Iterator[Offer]:
    known: Any = json.loads(_COMMANDS.read_text("utf-8"))
    arguments: list[str] = known[command]["arguments"]
    options: dict[str, Any] = known[command]["options"]
    given: dict[str, str] = {}
    place = 0
    rest = iter(words)
    for word in rest:
        name, joined, value = word.partition("=")
        if options.get(name) is not None:
            given[name] = value if joined else next(rest, "")
        elif not word.startswith("-"):
            if place < len(arguments):
                given[arguments[place]] = word
            place += 1
    taken = words[-1] if words else ""
    option, joined, value = incomplete.partition("=")
    if options.get(taken) is not None and given.get(taken) == "":
        yield from _values(options[taken], incomplete, given)
    elif joined and options.get(option) is not None:
        for offer in _values(options[option], value, given):
            yield Offer(f"{option}={offer.value}")
    elif incomplete.startswith("-"):
        yield from _beginning(incomplete, dict.fromkeys((*options, "--help"), ""))
    elif arguments and (place < len(arguments) or arguments[-1].endswith("...")):
        name = arguments[min(place, len(arguments) - 1)].removesuffix("...")
        if name in ARGUMENTS:
            yield from _beginning(incomplete, ARGUMENTS[name](given))


def _values(kind: Any, incomplete: str, given: dict[str, str]) -> Iterator[Offer]:
    """The values that an option takes: fixed words, or names in the catalogue."""
    if is_list(kind):
        yield from _beginning(incomplete, dict.fromkeys(map(str, kind), ""))
    elif kind in OPTIONS:
        yield from _beginning(incomplete, OPTIONS[kind](given))


def _beginning(incomplete: str, words: Mapping[str, str]) -> Iterator[Offer]:
    for word, sentence in words.items():
        if word.startswith(incomplete):
            yield Offer(word, sentence)
