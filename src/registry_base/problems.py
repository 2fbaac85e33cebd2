"""One thing wrong with a file, and the place that a person can jump to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Pointer = tuple[str | int, ...]


def pointer_text(pointer: Pointer) -> str:
    """Write a path into the document as an RFC 6901 JSON pointer (`/` for the root)."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in pointer)
    return "/" + "/".join(parts)


def _printable(text: str) -> str:
    """Text that stays on one line and sends nothing to a terminal, whatever a key holds."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a catalogue, and its place."""

    file: str
    line: int
    column: int
    pointer: str
    message: str
    model_id: str | None = None

    def __str__(self) -> str:
        model = f" [{self.model_id}]" if self.model_id else ""
        place = f"{self.file}:{self.line}:{self.column}"
        return _printable(f"{place}: {self.pointer}: {self.message}{model}")


class DocumentError(Exception):
    """A file cannot be read as what it should be; `problems` says why, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class UnreadableError(DocumentError):
    """A file cannot be read at all: it is a folder, not a regular file, or not ours to read."""
