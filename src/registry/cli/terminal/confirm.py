"""Ask the person before something large or final."""

import sys

from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import write


def confirm(question: str, *, otherwise: str) -> None:
    """Go on if somebody at a terminal says yes; else a CommandError says `otherwise`."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise CommandError(f"nobody to ask; {otherwise}", USAGE)
    write(f"{question} [y/N] ")
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise CommandError("nothing was done")
