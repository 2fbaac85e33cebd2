"""Ask for confirmation before something large or final."""

import sys

from registry.cli.terminal.failure import USAGE, CommandError
from registry.cli.terminal.output import write


def confirm(question: str, *, otherwise: str) -> None:
    """Continue if a user at a terminal agrees; else raise a CommandError with `otherwise`."""
    if sys.stdin is None or not sys.stdin.isatty():
        raise CommandError(f"cannot ask for confirmation without a terminal; {otherwise}", USAGE)
    write(f"{question} [y/N] ")
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise CommandError("nothing was done")
