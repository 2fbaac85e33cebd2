"""A bundle into a folder: the same members, each a file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from registry.bundles._copying import copy, send, write_all
from registry.bundles._tar import Pour
from registry.bundles.manifest import MANIFEST, Manifest, Member
from registry.errors import InputError
from registry_base.atomic_write import write_atomically
from registry_base.regular_file import open_regular


def write_folder(manifest: Manifest, pour: Pour, target: Path) -> tuple[tuple[Path, ...], int, int]:
    """Write it; returns the folder, its bytes, and how many were written now. Raises OSError."""
    check_replaceable(target)
    part = target.with_name(f".{target.name}.part")
    text = manifest.text().encode()
    try:
        written = _fill(manifest, pour, part)
        write_atomically(part / MANIFEST, text)
    except Exception:  # not a signal: a stopped run resumes from here
        shutil.rmtree(part, ignore_errors=True)
        raise
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.replace(old)
    part.replace(target)
    shutil.rmtree(old, ignore_errors=True)
    return (target,), manifest.size + len(text), written + len(text)


def _fill(manifest: Manifest, pour: Pour, part: Path) -> int:
    """Write every member into a folder that has nothing else; returns the bytes written now."""
    written = 0
    for member in manifest.members:
        path = part / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _is_whole(path, member):
            with path.open("wb", buffering=0) as file:
                pour(member, _Descriptor(file.fileno()))
            written += member.size
    names = {member.name for member in manifest.members}
    for path in part.rglob("*"):  # an earlier one may have had others
        if path.is_file() and path.relative_to(part).as_posix() not in names:
            path.unlink()
    return written


def check_replaceable(target: Path) -> None:
    """Raise InputError for something that a bundle must not replace."""
    if target.is_dir() and (any(target.iterdir()) and not (target / MANIFEST).is_file()):
        raise InputError(f"{target} is a folder with something else in it; name another one")
    if target.name in ("", ".."):  # such as "."
        raise InputError(f"{target} cannot be replaced by a bundle; give the name of a new folder")
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} is not a folder; name a folder, or FILE.tar for an archive")


def _is_whole(path: Path, member: Member) -> bool:
    """Whether an earlier run wrote a member completely; every byte of it is read."""
    try:
        with open_regular(path) as file:
            if os.fstat(file.fileno()).st_size != member.size:
                return False
            return copy(file) == (member.size, member.sha256)
    except FileNotFoundError:
        return False


class _Descriptor:
    """An open file that a member is copied to."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: memoryview | bytes) -> None:
        write_all(self._descriptor, data)

    def take(self, descriptor: int, size: int) -> int:
        return send(self._descriptor, descriptor, size)
