"""A bundle in a folder: plain files that the manifest names, and nothing else."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from registry.bundles.manifest import LARGEST_DOCUMENT, MAKE_ANEW, MANIFEST, Member, read_manifest
from registry.errors import BundleError
from registry_base.regular_file import open_regular, read_regular


class InFolder:
    """The members in a folder, checked for their sizes. Raises BundleError and OSError."""

    def __init__(self, path: Path) -> None:
        self._folder = path
        try:
            raw = read_regular(path / MANIFEST, LARGEST_DOCUMENT)
        except FileNotFoundError:
            raise BundleError(f"{path} is not a bundle: there is no {MANIFEST} in it") from None
        self.manifest = read_manifest(raw, str(path))
        sizes = {MANIFEST: len(raw)}
        sizes |= {member.name: member.size for member in self.manifest.members}
        there = _plain_files(path, sizes)
        for name, size in sizes.items():
            if name not in there:
                raise self.manifest.refused(str(path), name, "is missing")
            if there[name] != size:
                what = f"has {there[name]} bytes, the manifest says {size}"
                raise self.manifest.refused(str(path), name, what)

    def open(self, member: Member) -> io.BufferedReader:
        """A member as a file of its own."""
        return open_regular(self._folder / member.name)

    def close(self) -> None:
        """Nothing is open."""


def _plain_files(folder: Path, wanted: Mapping[str, int]) -> dict[str, int]:
    """The files of a folder with their sizes. Raises BundleError for anything else in it."""
    found: dict[str, int] = {}
    parents = {str(Path(name).parent) for name in wanted}
    for parent, folders, names in os.walk(folder, onerror=_raise):
        for each in (*folders, *names):
            path = Path(parent, each)
            name, state = path.relative_to(folder).as_posix(), path.lstat()
            if stat.S_ISDIR(state.st_mode) and name in parents:
                continue
            if name not in wanted:
                raise BundleError(f"{folder}: {name} is not in the manifest; {MAKE_ANEW}")
            if not stat.S_ISREG(state.st_mode):
                raise BundleError(f"{folder}: {name} is not a plain file; {MAKE_ANEW}")
            found[name] = state.st_size
    return found


def _raise(error: OSError) -> None:
    raise error
