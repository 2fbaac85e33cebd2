"""A bundle in an archive or its volumes: every header is checked before anything is read."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

from registry.bundles._archive import (
    BLOCK,
    END,
    MAGIC_GZIP,
    header,
    name_in,
    padded,
    refusal,
    size_of,
)
from registry.bundles._tar import archive_size, layout
from registry.bundles._volumes import Volumes, volume_name
from registry.bundles.manifest import (
    LARGEST_DOCUMENT,
    MAKE_ANEW,
    MANIFEST,
    Manifest,
    Member,
    read_manifest,
)
from registry.errors import BundleError

_VOLUME = re.compile(r"(?P<name>.+\.tar)\.\d{3,}")
_TOGETHER = "put all volumes into one folder"


class InArchive:
    """The members of an archive whose structure was checked. `path` names it, or a volume of it.

    Raises BundleError, and OSError for a file that cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._name = str(path)
        self._base, self._paths = _files(path)
        self._volumes = Volumes(self._paths)
        try:
            self.manifest, size = self._read_manifest()
            self._starts = {
                member.name: at + BLOCK for member, at in layout(self.manifest, size=size)
            }
            self._check(size)
        except BaseException:
            self._volumes.close()
            raise

    def open(self, member: Member) -> io.BufferedReader:
        """A member as a file of its own."""
        return self._volumes.part(self._starts[member.name], member.size)

    def close(self) -> None:
        """Close the files."""
        self._volumes.close()

    def _read_manifest(self) -> tuple[Manifest, int]:
        block = self._volumes.read(0, BLOCK)
        if block.startswith(MAGIC_GZIP):
            raise BundleError(f"{self._name} is compressed; decompress it with gzip -d first")
        size = size_of(block, MANIFEST) if len(block) == BLOCK else None
        if size is None:
            raise BundleError(f"{self._name} is not a bundle: it does not begin with {MANIFEST}")
        if size > LARGEST_DOCUMENT:
            raise self._damaged(f"{MANIFEST} is too large: {size} bytes")
        raw = self._volumes.read(BLOCK, size)
        if len(raw) < size:
            raise self._damaged(f"{MANIFEST} is cut short: {len(raw)} of {size} bytes")
        return read_manifest(raw, self._name), size

    def _check(self, size: int) -> None:
        """Check that every header is in place, with zeros between, an end, and nothing after it."""
        manifest, there = self.manifest, self._volumes
        total = archive_size(manifest, size=size)
        self._check_volumes(total)
        names = {member.name for member in manifest.members} | {MANIFEST}
        self._check_zeros(MANIFEST, BLOCK + size, size)
        for member, at in layout(manifest, size=size):
            block = there.read(at, BLOCK)
            if len(block) == BLOCK and block != header(member.name, member.size):
                told = refusal(block, member.name, member.size, names)
                raise manifest.refused(self._name, *told)
            if there.size < at + padded(member.size):
                came = min(max(0, there.size - at - BLOCK), member.size)
                what = f"is cut short: {came} of {member.size} bytes"
                raise manifest.refused(self._name, member.name, what)
            self._check_zeros(member.name, at + BLOCK + member.size, member.size)
        after = there.read(total - len(END), len(END) + 1)
        if after == END:
            return
        extra = name_in(after[:BLOCK]) if len(after) >= BLOCK else None
        if extra is not None:
            told = refusal(after[:BLOCK], MANIFEST, size, names - {extra})
            extra, what = told if extra not in names else (extra, "is there twice")
            raise self._damaged(f"{extra} {what}")
        raise self._damaged(
            "its end is cut off" if len(after) < len(END) else "its end has changed"
        )

    def _check_volumes(self, total: int) -> None:
        """Check that all volumes are here: the first one shows how large they are."""
        first = self._paths[0]
        count = 1 if first == self._base else -(-total // max(1, first.stat().st_size))
        if len(self._paths) < count:
            missing = volume_name(self._base.name, len(self._paths) + 1)
            raise BundleError(
                f"{self._name}: {missing} is missing, one of {count} volumes; {_TOGETHER}"
            )
        for path in self._paths[:-1]:
            if path.stat().st_size != first.stat().st_size:
                raise self._damaged(f"{path.name} has another size than {first.name}")

    def _check_zeros(self, member: str, at: int, size: int) -> None:
        count = -size % BLOCK
        if self._volumes.read(at, count) != bytes(count):
            raise self.manifest.refused(self._name, member, "goes on after its end")

    def _damaged(self, what: str) -> BundleError:
        return BundleError(f"{self._name}: {what}; {MAKE_ANEW}")


def _files(path: Path) -> tuple[Path, list[Path]]:
    """The name of the whole, and its files in order, up to the first that is not here."""
    named = _VOLUME.fullmatch(path.name)
    if named is None and (path.exists() or path.suffix != ".tar"):
        return path, [path]
    base = path if named is None else path.with_name(named["name"])
    form = re.compile(rf"{re.escape(base.name)}\.(\d{{3,}})")
    names = (each.name for each in base.absolute().parent.iterdir())
    there = {int(found[1]) for name in names if (found := form.fullmatch(name))}
    if not there and named is None:
        return path, [path]  # opening it reports that
    if 1 not in there:
        raise BundleError(f"{path}: {volume_name(base.name, 1)} is missing; {_TOGETHER}")
    count = next(number for number in range(1, len(there) + 2) if number not in there) - 1
    return base, _named(base, range(1, count + 1))


def _named(base: Path, numbers: Sequence[int]) -> list[Path]:
    return [base.with_name(volume_name(base.name, number)) for number in numbers]
