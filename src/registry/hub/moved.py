"""What changed in a repository since it was recorded: another name, another head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.errors import RepositoryMovedError
from registry.files.repository_file import RepositoryFile
from registry.hub.source import Opener, RepositorySource

REDIRECT: Final = "the Hub's redirect"
"""The name in `sources` for where a new name was read."""


class Following:
    """Opens repositories under their current names; `now` is one that was learned."""

    def __init__(self, open_source: Opener) -> None:
        self._open = open_source
        self.now: str | None = None

    def __call__(self, huggingface_id: str, revision: str | None) -> RepositorySource:
        """The repository of a name, present or former. Raises HubError."""
        try:
            return self._open(self.now or huggingface_id, revision)
        except RepositoryMovedError as error:
            self.now = error.now
            return self._open(error.now, revision)


@dataclass(frozen=True)
class Moved:
    """The head of a repository that is newer than the pin, and the files that differ."""

    head: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __str__(self) -> str:
        told = [f"{len(names)} {word}" for names, word in self._groups() if names]
        return f"{self.head[:12]}: " + (", ".join(told) or "the same files")

    def _groups(self) -> list[tuple[tuple[str, ...], str]]:
        return [(self.changed, "changed"), (self.added, "added"), (self.removed, "removed")]


def moved_since(pinned: Mapping[str, RepositoryFile], head: RepositorySource) -> Moved:
    """Compare the head with the files of the pinned commit."""
    both = pinned.keys() & head.files.keys()
    return Moved(
        head.revision or "",
        added=tuple(sorted(head.files.keys() - pinned.keys())),
        removed=tuple(sorted(pinned.keys() - head.files.keys())),
        changed=tuple(sorted(path for path in both if pinned[path] != head.files[path])),
    )
