"""A bundle into the Hugging Face cache, as if its files had been fetched from the Hub.

Every file has a name that is never loaded until the last one has been verified. A killed call
leaves those there, and the next call resumes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from registry.bundles.manifest import BundledSnapshot, Member
from registry.bundles.opening import Bundle
from registry.errors import StoreError
from registry.files.digests import Digests
from registry.files.file_lock import exclusive
from registry.files.repository_file import RepositoryFile
from registry.files.watcher import Watcher
from registry.hub.snapshot import CachedSnapshot, hub_cache
from registry.store.pull_plan import free_bytes

_PATIENCE = 3600.0  # seconds to wait for another process that fills the same cache


@dataclass(frozen=True)
class Unpacked:
    """A commit that is in the cache now; written: bytes that came from the bundle now."""

    snapshot: BundledSnapshot
    folder: Path
    written: int


@dataclass(frozen=True)
class _Place:
    """A file of a snapshot: where it goes, and under which name its bytes are there."""

    bundled: BundledSnapshot
    snapshot: CachedSnapshot
    file: RepositoryFile

    @property
    def stored(self) -> RepositoryFile:
        """As the cache names it: by its Git blob id, if the Hub does."""
        return self.file if self.file.git_blob is None else replace(self.file, sha256=None)

    @property
    def blob(self) -> str:
        return str(self.file.git_blob or self.file.sha256)

    @property
    def expected(self) -> RepositoryFile:
        """As its bytes are compared."""
        return replace(self.file, git_blob=None)

    def is_here(self, digests: Digests) -> bool:
        """Whether the cache has it, undamaged."""
        found = self.snapshot.find(self.stored)
        return found is not None and digests.damage(found, self.expected) is None


def unpack(
    bundle: Bundle, *, cache_dir: Path | None = None, watcher: Watcher | None = None
) -> tuple[Unpacked, ...]:
    """Put the files of a bundle into a cache, under the commits that the bundle names.

    Existing correct files are not written again, damaged ones are replaced. Nothing can be loaded
    before all of it is verified.

    Raises BundleError if a member does not match the manifest: then nothing of it stays; StoreError
    if the cache cannot be written or is full.
    """
    cache = hub_cache(cache_dir)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with exclusive(cache / "unbundle", patience=_PATIENCE):
            return _Unpacking(bundle, cache, watcher).run()
    except OSError as error:
        where = error.filename or cache
        raise StoreError(f"{where} cannot be written: {error.strerror}") from None


class _Unpacking:
    def __init__(self, bundle: Bundle, cache: Path, watcher: Watcher | None) -> None:
        self._bundle = bundle
        self._cache = cache
        self._watcher = watcher
        self._digests = Digests()
        self._snapshots = {
            (each.huggingface_id, each.revision): CachedSnapshot(
                each.huggingface_id, each.revision, cache
            )
            for each in bundle.manifest.snapshots
        }

    def run(self) -> tuple[Unpacked, ...]:
        lacking = [(member, places) for member, places in self._places() if places]
        self._check_room(lacking)
        staged: list[_Place] = []
        try:
            for member, places in lacking:
                staged += places
                self._stage(member, places)
        except Exception:  # not a signal: a stopped run resumes from here
            for place in staged:
                with place.snapshot.writing(place.stored) as partial:
                    partial.unlink(missing_ok=True)
            for snapshot in self._snapshots.values():
                _remove_empty(snapshot.folder)
            raise
        for place in self._all():
            self._publish(place)
        self._digests.keep()
        for snapshot in self._snapshots.values():
            self._point(snapshot)
        return tuple(
            Unpacked(
                each,
                self._snapshots[each.huggingface_id, each.revision].folder,
                sum(place.file.size for place in staged if place.bundled is each),
            )
            for each in self._bundle.manifest.snapshots
        )

    def _all(self) -> Iterator[_Place]:
        for member in self._bundle.manifest.members:
            yield from self._of(member)

    def _of(self, member: Member) -> Iterator[_Place]:
        for bundled, file in self._bundle.manifest.uses(member):
            key = (bundled.huggingface_id, bundled.revision)
            yield _Place(bundled, self._snapshots[key], file)

    def _places(self) -> Iterator[tuple[Member, list[_Place]]]:
        """Each member with the places that lack it, one for each file on disk."""
        for member in self._bundle.manifest.members:
            lacking: dict[tuple[str, str], _Place] = {}
            for place in self._of(member):
                if not place.is_here(self._digests):
                    lacking.setdefault((place.bundled.huggingface_id, place.blob), place)
            yield member, list(lacking.values())

    def _check_room(self, lacking: Sequence[tuple[Member, list[_Place]]]) -> None:
        needed = sum(
            max(0, place.file.size - place.snapshot.came(place.stored))
            for _, places in lacking
            for place in places
        )
        free = free_bytes(self._cache)
        if needed > free:
            raise StoreError(
                f"{self._cache}: {needed} bytes to unpack, {free} free: {needed - free} short; "
                "`registry prune` makes room"
            )

    def _stage(self, member: Member, places: Sequence[_Place]) -> None:
        """Write a member next to its destination, and verify it."""
        label = self._bundle.manifest.label(member)
        if self._watcher is not None:
            self._watcher.begin(label, member.size)
        with ExitStack() as held:
            partials = [
                held.enter_context(place.snapshot.writing(place.stored)) for place in places
            ]
            missing = [path for path in partials if not self._is_whole(path, places[0])]
            files = [held.enter_context(path.open("wb")) for path in missing]

            def write(piece: memoryview) -> None:
                for file in files:
                    file.write(piece)

            if files:
                self._bundle.pour(member, write, self._advance(label))
        for path in partials:
            self._digests.learn(path, member.sha256)
        if self._watcher is not None:
            self._watcher.end(label)

    def _is_whole(self, partial: Path, place: _Place) -> bool:
        """Whether an earlier call wrote all of it; every byte of it is read."""
        there = partial.is_file() and partial.stat().st_size == place.file.size
        return there and Digests(fresh=True).damage(partial, place.expected) is None

    def _publish(self, place: _Place) -> None:
        """Give a file the name under which it is loaded."""
        snapshot, file = place.snapshot, place.stored
        if snapshot.has(file):
            if self._digests.damage(snapshot.folder / file.path, place.expected) is None:
                return
            snapshot.discard(file)
        with snapshot.writing(file) as partial:
            if partial.is_file() and self._is_right(partial, place):
                snapshot.take_in(file, partial, place.blob)
            elif not snapshot.link(file):
                raise StoreError(
                    f"{snapshot.folder / file.path} was removed by another process; "
                    "unpack the bundle again"
                )
        self._digests.learn(snapshot.folder / file.path, str(place.file.sha256))

    def _is_right(self, partial: Path, place: _Place) -> bool:
        return self._digests.damage(partial, place.expected) is None

    def _point(self, snapshot: CachedSnapshot) -> None:
        """Make it the head of main if the cache has no other."""
        ref = snapshot.folder.parents[1] / "refs" / "main"
        if not ref.exists():
            with suppress(OSError):
                snapshot.point_here()

    def _advance(self, label: str) -> Callable[[int], None]:
        watcher = self._watcher
        if watcher is None:
            return lambda _: None
        return lambda count: watcher.advance(label, count)


def _remove_empty(folder: Path) -> None:
    """Remove the empty folders of a snapshot and of its repository."""
    inside = sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True)
    repository = folder.parents[1]
    for path in (*inside, folder, folder.parent, repository / "blobs", repository):
        with suppress(OSError):
            path.rmdir()
