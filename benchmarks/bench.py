"""What a group is given: how much to measure, and a place to do it in."""

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
        """How many rounds to measure where a full run takes `number`."""
        return min(number, 2) if self.quick else number

    def say(self, text: str) -> None:
        """Tell the person who waits what is going on."""
        print(f"  {text}", file=sys.stderr, flush=True)
