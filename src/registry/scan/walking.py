"""The files of a tree that are worth reading, as Git sees it; nothing that hangs or loops."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from registry.scan._git_ignore import Ignored
from registry.scan.formats import form_of

_NEVER = frozenset(
    {".git", ".hg", ".svn", "node_modules", ".venv", "venv", "site-packages", "__pycache__",
     "__pypackages__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs",
     ".ipynb_checkpoints", ".direnv", ".terraform"}
)  # fmt: skip


def files_of(root: Path, excluded: Sequence[str] = ()) -> Iterator[Path]:
    """The readable files under a folder, in order; links are not followed.

    What `.gitignore` names is skipped, and so are environments, caches and what `excluded` names in
    the same patterns.
    """
    top = os.path.abspath(root)  # noqa: PTH100 - Path.absolute keeps the dots of "../x"
    todo: list[tuple[str, Ignored]] = [(top, Ignored.above(Path(top), excluded))]
    while todo:
        folder, outer = todo.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda each: each.name)
        except OSError:
            continue
        names = {each.name for each in entries}
        if "pyvenv.cfg" in names:  # an environment, whatever it is called
            continue
        ignored = outer.inside(folder) if ".gitignore" in names else outer
        deeper: list[tuple[str, Ignored]] = []
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NEVER and not ignored.has(entry.path, is_folder=True):
                    deeper.append((entry.path, ignored))
            elif (
                form_of(entry.name) is not None
                and entry.is_file(follow_symlinks=False)
                and not ignored.has(entry.path, is_folder=False)
            ):
                yield root / entry.path[len(top) :].lstrip(os.sep)
        todo.extend(reversed(deeper))


def is_regular(path: Path) -> bool:
    """Whether a path is a regular file, not a pipe or a device. Raises OSError."""
    return stat.S_ISREG(path.stat().st_mode)


def is_excluded(path: Path, excluded: Sequence[str]) -> bool:
    """Whether patterns exclude a file that was given explicitly."""
    return bool(excluded) and GitIgnoreSpec.from_lines(excluded).match_file(path)
