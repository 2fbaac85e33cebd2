"""The argument of a group: how much to measure, and a folder to work in."""

import sys
from dataclasses import dataclass

from benchmarks.workspace import Workspace


@dataclass(frozen=True)
class Bench:
    """One run of the command."""

    workspace: Workspace
    quick: bool = False
    peers: bool = True

    def rounds(self, number: int) -> int:
        """The number of rounds; `number` is that of a full run."""
        return min(number, 2) if self.quick else number

    def say(self, text: str) -> None:
        """Report progress to the user."""
        print(f"  {text}", file=sys.stderr, flush=True)
