"""Writing a bundle: complete under its name, or not there; resumed where a killed run ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from registry.bundles._copying import Sink, copy_file
from registry.bundles._folder import check_replaceable, write_folder
from registry.bundles._tar import write_tar
from registry.bundles.contents import Contents
from registry.bundles.manifest import Member
from registry.errors import BundleError, InputError, RegistryError, StoreError
from registry.files.file_lock import exclusive
from registry.files.watcher import Watcher

ARCHIVE = ".tar"
SMALLEST_VOLUME = 1 << 20
"""Bytes; with less, a bundle would have too many files."""
_PACKED = (".gz", ".tgz", ".bz2", ".xz", ".zst", ".zip", ".7z")
_PATIENCE = 3600.0  # seconds to wait for another process that writes the same


@dataclass(frozen=True)
class Packed:
    """A written bundle: its files, or its folder; its total bytes, and those written now."""

    paths: tuple[Path, ...]
    size: int
    written: int


_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*([KMGT])(i?)B?", re.ASCII | re.IGNORECASE)


def volume_size(text: str) -> int:
    """Bytes of a volume as people write them, in the units of disks. Raises InputError.

    >>> volume_size("4GB"), volume_size("700 MiB")
    (4000000000, 734003200)
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise InputError(f"{text!r} is not a size of volumes; write 4GB or 700MB")
    power = "KMGT".index(found[2].upper()) + 1
    return int(float(found[1]) * (1024 if found[3] else 1000) ** power)


def is_archive(target: Path) -> bool:
    """Whether a name asks for an archive, not a folder. Raises InputError for a compressed one.

    >>> is_archive(Path("models.tar")), is_archive(Path("models"))
    (True, False)
    """
    if target.suffix in _PACKED:
        raise InputError(
            f"{target}: bundles are not compressed, because weights do not compress; "
            f"name FILE{ARCHIVE} or a folder"
        )
    return target.suffix == ARCHIVE


def check_target(target: Path, volume: int | None = None) -> None:
    """Raise InputError unless a bundle can be written there, in volumes of this size."""
    archive = is_archive(target)
    if volume is not None and not archive:
        raise InputError(f"{target}: only an archive has volumes; name FILE{ARCHIVE}")
    if volume is not None and volume < SMALLEST_VOLUME:
        raise InputError(f"a volume should have at least {SMALLEST_VOLUME} bytes")
    if archive and target.is_dir():
        raise InputError(f"{target} is a folder; name a file")
    if not archive:
        check_replaceable(target)
    if not target.absolute().parent.is_dir():
        raise InputError(f"{target.parent} is not a folder; make it first")


def write_bundle(
    contents: Contents,
    target: Path,
    *,
    volume: int | None = None,
    watcher: Watcher | None = None,
) -> Packed:
    """Write a bundle as an archive if its name ends in `.tar`, else as a folder.

    volume: bytes of each file, `FILE.tar.001` and so on. Every file is checked against its SHA-256
    while it is copied. An existing file or bundle of that name is replaced once all is written; a
    folder that is not a bundle is not. A killed call leaves a hidden part, from which the next call
    for the same bundle resumes.

    Raises BundleError naming a file that differs from the lock, InputError for an invalid target,
    StoreError if it cannot be written.
    """
    check_target(target, volume)
    pour = _pour(contents, watcher)
    try:
        with exclusive(target, patience=_PATIENCE):
            if is_archive(target):
                return Packed(*write_tar(contents.manifest, pour, target, volume))
            return Packed(*write_folder(contents.manifest, pour, target))
    except OSError as error:
        where = error.filename or target
        raise StoreError(f"{where} cannot be written: {error.strerror}") from None


def _pour(contents: Contents, watcher: Watcher | None) -> Callable[[Member, Sink], None]:
    """A function that writes a member's bytes to a sink, and fails if they have changed."""

    def pour(member: Member, sink: Sink) -> None:
        source, label = contents.sources[member.name], contents.manifest.label(member)
        if isinstance(source, bytes):
            sink.write(source)
            return
        if watcher is not None:
            watcher.begin(label, member.size)
        try:
            size, digest = copy_file(source, sink, _advance(watcher, label))
        except FileNotFoundError:
            raise _unlike(contents, member, "is missing") from None
        if watcher is not None:
            watcher.end(label)
        if size != member.size:
            raise _unlike(contents, member, "has changed in size")
        if digest != member.sha256:
            raise _unlike(contents, member, f"has changed: sha256 {digest[:12]}")

    return pour


def _advance(watcher: Watcher | None, label: str) -> Callable[[int], object]:
    if watcher is None:
        return lambda count: count
    return lambda count: watcher.advance(label, count)


def _unlike(contents: Contents, member: Member, what: str) -> RegistryError:
    uses = contents.manifest.uses(member)
    model_id = uses[0][0].models[0]
    return BundleError(
        f"{model_id}: {uses[0][1].path} {what}; `registry pull {model_id}` fetches it again"
    )
