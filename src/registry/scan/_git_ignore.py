"""Nested `.gitignore` files, as Git reads them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

_LIMIT = 1 << 20


@dataclass(frozen=True)
class Ignored:
    """What is ignored in a folder: patterns by the folder that they apply to, the outermost first.

    always: patterns that no other can negate.
    """

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()
    always: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, root: Path, excluded: Sequence[str] = ()) -> Ignored:
        """The patterns above a folder, up to the top of its repository; none if they ignore it."""
        always = ((str(root), GitIgnoreSpec.from_lines(excluded)),) if excluded else ()
        found = cls((), always)
        for folder in reversed(_inside_repository(root)):
            for name in (".git/info/exclude", ".gitignore"):
                if folder != root or name != ".gitignore":
                    found = found._with(str(folder), folder / name)
        # An ignored folder that is given explicitly is read.
        return cls((), always) if found._has_any(root) else found

    def _has_any(self, root: Path) -> bool:
        folders = {folder for folder, _ in self.specs}
        above = [each for each in (root, *root.parents) if str(each.parent) in folders]
        return any(self.has(str(each), is_folder=True) for each in above)

    def inside(self, folder: str) -> Ignored:
        """The same with the .gitignore of a folder."""
        return self._with(folder, Path(folder, ".gitignore"))

    def has(self, path: str, *, is_folder: bool) -> bool:
        """Whether a path is ignored; the innermost pattern that matches it decides."""
        if any(_says(spec, folder, path, is_folder) for folder, spec in self.always):
            return True
        for folder, spec in reversed(self.specs):
            said = _says(spec, folder, path, is_folder)
            if said is not None:
                return said
        return False

    def _with(self, folder: str, path: Path) -> Ignored:
        try:
            if not path.is_file() or path.stat().st_size > _LIMIT:
                return self
            lines = path.read_text("utf-8", errors="replace").splitlines()
            spec = GitIgnoreSpec.from_lines(lines)
        except (OSError, ValueError):  # a pattern that Git would reject too
            return self
        return Ignored((*self.specs, (folder, spec)), self.always)


def _says(spec: GitIgnoreSpec, folder: str, path: str, is_folder: bool) -> bool | None:
    """The verdict of patterns on a path: ignored, not ignored, or none."""
    if not len(spec):
        return None
    relative = path[len(folder) :].lstrip(os.sep)
    return spec.check_file(f"{relative}/" if is_folder else relative).include


def _inside_repository(folder: Path) -> list[Path]:
    """The folder and those above it, up to the one that has a .git; none outside a repository."""
    above = [folder, *folder.parents]
    for number, each in enumerate(above):
        if (each / ".git").exists():
            return above[: number + 1]
    return []
