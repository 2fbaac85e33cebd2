"""A bundle into an archive, or into its volumes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from registry.bundles._archive import BLOCK, END, header, padded, padding
from registry.bundles._copying import Sink, copy
from registry.bundles._volumes import Volumes, VolumeWriter, volume_name
from registry.bundles.manifest import MANIFEST, Manifest, Member

Pour = Callable[[Member, Sink], None]

_PART = ".part"


def layout(manifest: Manifest, *, size: int) -> Iterator[tuple[Member, int]]:
    """Where each member's header is in the archive; `size` is that of its manifest in bytes."""
    at = padded(size)
    for member in manifest.members:
        yield member, at
        at += padded(member.size)


def archive_size(manifest: Manifest, *, size: int) -> int:
    """Bytes of the whole archive."""
    return padded(size) + sum(padded(member.size) for member in manifest.members) + len(END)


def write_tar(
    manifest: Manifest, pour: Pour, target: Path, limit: int | None
) -> tuple[tuple[Path, ...], int, int]:
    """Write it; returns its files, its bytes, and how many were written now. Raises OSError."""
    text = manifest.text().encode()

    def part(number: int) -> Path:
        return target.with_name(f".{volume_name(target.name, number)}{_PART}")

    head = header(MANIFEST, len(text)) + text + padding(len(text))
    begin = _came(manifest, head, part, limit)
    out = VolumeWriter(part, limit, begin)
    try:
        if not begin:
            out.write(head)
        for member, at in layout(manifest, size=len(text)):
            if at < begin:
                continue
            out.write(header(member.name, member.size))
            pour(member, out)
            out.write(padding(member.size))
        out.write(END)
    except Exception:  # not a signal: a stopped run resumes from here
        out.close()
        for path in _parts(target):
            path.unlink(missing_ok=True)
        raise
    finally:
        out.close()
    total = archive_size(manifest, size=len(text))
    published = _publish(out.paths, target, limit)
    for path in _parts(target):  # from one with more volumes
        path.unlink(missing_ok=True)
    return published, total, total - begin


def _came(manifest: Manifest, head: bytes, part: Callable[[int], Path], limit: int | None) -> int:
    """How far an earlier run wrote the same, in whole members; every byte of it is read."""
    paths: list[Path] = []
    while (path := part(len(paths) + 1)).is_file():
        paths.append(path)
    sizes = [path.stat().st_size for path in paths]
    if limit is None:
        fits = len(paths) == 1
    else:  # another size means other volumes
        fits = bool(paths) and sizes[-1] <= limit and all(size == limit for size in sizes[:-1])
    if not fits:
        return 0
    there = Volumes(paths)
    try:
        if there.read(0, len(head)) != head:
            return 0
        at = len(head)
        for member in manifest.members:
            before = there.read(at, BLOCK)
            if before != header(member.name, member.size):
                return at
            size, digest = copy(there.part(at + BLOCK, member.size))
            end = at + padded(member.size)
            rest = there.read(at + BLOCK + member.size, -member.size % BLOCK)
            whole = size == member.size and digest == member.sha256
            if not whole or rest != padding(member.size):
                return at
            at = end
        return at
    finally:
        there.close()


def _publish(paths: list[Path], target: Path, limit: int | None) -> tuple[Path, ...]:
    """Give the files their final names; the first volume comes last, because others look for it."""
    if limit is None:
        return (paths[0].replace(target),)
    named = [target.with_name(volume_name(target.name, number + 1)) for number in range(len(paths))]
    named[0].unlink(missing_ok=True)
    for path, name in reversed(list(zip(paths, named, strict=True))):
        path.replace(name)
    kept = {path.name for path in named}
    for stale in _numbered(target, target.name, ""):
        if stale.name not in kept:
            stale.unlink()
    return tuple(named)


def _parts(target: Path) -> list[Path]:
    return _numbered(target, f".{target.name}", _PART)


def _numbered(target: Path, name: str, ending: str) -> list[Path]:
    form = re.compile(rf"{re.escape(name)}\.\d{{3,}}{re.escape(ending)}")
    return [path for path in target.absolute().parent.iterdir() if form.fullmatch(path.name)]
