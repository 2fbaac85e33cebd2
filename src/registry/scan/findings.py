"""What a scan finds: one thing at one place, with what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

Code: TypeAlias = Literal[
    "hard-coded", "former-name", "wrong-number", "missing-revision", "unknown-model"
]
CODES: Final[tuple[Code, ...]] = get_args(Code)

MEANINGS: Final[dict[Code, str]] = {
    "hard-coded": "The name of a model in the catalogue, written as a string.",
    "former-name": "A name that the repository of a model no longer has.",
    "wrong-number": "A number beside the name of a model that the catalogue contradicts.",
    "missing-revision": "Weights loaded from whatever commit is the newest.",
    "unknown-model": "A repository of a known organization that is not in the catalogue.",
}


@dataclass(frozen=True)
class Finding:
    """One thing found. Lines and columns count from 1, in characters; `end_column` is exclusive.

    path: as given, with slashes. cell: of a notebook, from 1; line and column are still those in
    the file. ids: the models that the name may mean. constants: what to import instead. found,
    expected: the number found and the catalogue's, or the names, or the commit.
    """

    path: str
    line: int
    column: int
    end_column: int
    code: Code
    name: str
    message: str
    ids: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    found: str | None = None
    expected: str | None = None
    cell: int | None = None

    @property
    def place(self) -> str:
        """Where it is, as editors and terminals follow it: "app.py:3:9"."""
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Skipped:
    """A file that could not be read in its format, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Scan:
    """All that was found, and how many files were scanned."""

    findings: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    files: int
