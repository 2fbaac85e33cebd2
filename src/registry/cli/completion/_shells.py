"""How shells ask, and the answers that they expect: the protocol of Typer's scripts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import environ

from registry.cli.terminal.output import write

_NO_TEXT = re.compile(r"[^\w .,;/+=-]")


@dataclass(frozen=True)
class Offer:
    """A word that fits, and its description."""

    value: str
    help: str = ""


def asked(shell: str, variables: Mapping[str, str] = environ) -> tuple[list[str], str] | None:
    """The words before the cursor, without the command's own, and the unfinished one.

    None for a shell with another protocol: Typer itself answers it.
    """
    if shell == "bash":
        words = _split(variables.get("COMP_WORDS", ""))
        place = variables.get("COMP_CWORD", "")
        at = int(place) if place.isdecimal() else len(words)
        before, begun = words[1:at], (words[at] if at < len(words) else "")
        if begun == "=":  # bash breaks `--type=dense` at its =
            return before, ""
        return [word for word in before if word != "="], begun
    if shell in ("zsh", "fish"):
        line = variables.get("_TYPER_COMPLETE_ARGS", "")
        words = _split(line)[1:]
        if words and not line.endswith(" "):
            return words[:-1], words[-1]
        return words, ""
    return None


def answered(shell: str, found: Sequence[Offer], variables: Mapping[str, str] = environ) -> int:
    """Write what a shell should offer, and return the exit status."""
    if shell == "fish" and variables.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return 0 if found else 1
    if shell == "zsh":
        words = "\n".join(map(_for_zsh, found))
        text = f"_arguments '*: :(({words}))'" if found else "_files"
    elif shell == "fish":
        text = "\n".join(f"{each.value}\t{_harmless(each.help)}".rstrip() for each in found)
    else:
        # bash would break a word at its colon and repeat what precedes it.
        text = "\n".join(each.value for each in found if ":" not in each.value)
    write(f"{text}\n")
    return 0


def _split(line: str) -> list[str]:
    """Split a line into words as a shell does; an unclosed quote also ends in a word."""
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _for_zsh(offer: Offer) -> str:
    said = _harmless(offer.help)
    value = offer.value.replace(":", r"\\:")  # read twice: by _arguments, then by _describe
    return f'"{value}"' + (f':"{said}"' if said else "")


def _harmless(text: str) -> str:
    """Text that no shell runs or expands; zsh evaluates the whole answer."""
    return " ".join(_NO_TEXT.sub(" ", text).split())
