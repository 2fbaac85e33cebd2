"""What texts were found to name in the catalogue that was used here a moment ago."""

from __future__ import annotations

import os
from time import monotonic
from typing import Any

from registry.catalogue.here import Catalogue
from registry.catalogue.places import VARIABLE

# Looking for a project around the current folder, and at the files of its catalogue, costs far more
# than a look-up. So it is done at most once in this many seconds, as long as the variable and the
# folder stay the same.
_FRESH = 0.001
_MOST = 4096


class Recent:
    """The last answers, by what was asked for."""

    __slots__ = ("_around", "_catalogue", "_until", "found")

    def __init__(self) -> None:
        self.found: dict[tuple[str, str | None], Any] = {}
        self._catalogue: Catalogue | None = None
        self._around: tuple[object, ...] = ()
        self._until = 0.0

    def still_holds(self) -> bool:
        """Whether the answers are recent, and nothing they depend on has changed since."""
        return monotonic() < self._until and self._around == _around()

    def remember(self, catalogue: Catalogue, key: tuple[str, str | None], model: object) -> None:
        """Keep one answer; drop those of another catalogue, or all if there are too many."""
        if self._catalogue is not catalogue or len(self.found) >= _MOST:
            self._catalogue, self.found = catalogue, {}
        self.found[key] = model
        self._around = _around()
        self._until = monotonic() + _FRESH


def _around() -> tuple[str | None, str | None]:
    """What decides which catalogue is used here."""
    try:
        folder = os.getcwd()  # noqa: PTH109 - Path.cwd() costs several times as much
    except FileNotFoundError:
        folder = None
    return os.environ.get(VARIABLE), folder
