"""Files of the Hub into the Hugging Face cache, where every library finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from huggingface_hub import constants

from registry.budgets import CONCURRENT
from registry.errors import HubUnavailableError, RepositoryFileError, RevisionNotFoundError
from registry.files.digests import Damage, Digests
from registry.files.repository_file import RepositoryFile
from registry.files.watcher import Watcher
from registry.hub._cached_listing import cached_snapshot, keep_list, listed_files, named_files
from registry.hub._transfer import of_disk, transfer
from registry.hub.asking import FileNotAtHubError
from registry.hub.fetching_bar import fetching_bar
from registry.hub.remote import RemoteRepository, open_remote
from registry.hub.snapshot import CachedSnapshot, hub_cache
from registry.threads import in_order


def fetch_checked(
    snapshot: CachedSnapshot,
    file: RepositoryFile,
    digests: Digests,
    *,
    anew: bool = False,
    local_files_only: bool = False,
    watcher: Watcher | None = None,
) -> None:
    """Ensure that a file is in a snapshot, undamaged; a damaged one is removed again.

    anew: the cached one is damaged, and removed first. Raises RepositoryFileError for a file that
    is not what it should be, another HubError if it is not available, StoreError if the cache
    cannot be written.
    """
    try:
        if anew:
            snapshot.discard(file)
        came = None
        if not snapshot.has(file):
            if local_files_only:
                raise HubUnavailableError(
                    f"{snapshot.huggingface_id} is not in the cache, or not all of it"
                )
            came = _transferred(snapshot, file, digests, watcher)
        damage = came or digests.damage(snapshot.folder / file.path, file)
        if damage is None:
            return
        snapshot.discard(file)
    except OSError as error:
        raise of_disk(error, snapshot.huggingface_id, snapshot.cache_dir) from None
    raise RepositoryFileError(
        f"{snapshot.huggingface_id}: {damage.message}; it was removed from the cache, run "
        "the command again to fetch it"
    )


def _transferred(
    snapshot: CachedSnapshot, file: RepositoryFile, digests: Digests, watcher: Watcher | None
) -> Damage | None:
    """What `transfer` does, using a commit with the same files if the Hub lacks this one."""
    asked = snapshot.at_hub
    try:
        return transfer(snapshot, file, digests, watcher)
    except (FileNotAtHubError, RevisionNotFoundError):
        found = asked if snapshot.find_at_hub is None else snapshot.find_at_hub()
        if found == asked:
            raise
        snapshot.at_hub = found
    return transfer(snapshot, file, digests, watcher)


class IncompleteCacheError(HubUnavailableError):
    """Files are not in the cache, and the Hub cannot or must not be asked for them.

    missing: their paths, as far as they are known; reason: why the Hub cannot be asked, if it was.
    """

    def __init__(self, huggingface_id: str, missing: Sequence[str], reason: str = "") -> None:
        self.missing = tuple(missing)
        self.reason = reason
        super().__init__(f"{huggingface_id} is not in the cache, or not all of it")


def is_offline(local_files_only: bool) -> bool:
    """Whether the Hub may not be asked."""
    return local_files_only or constants.is_offline_mode()


def fetch_snapshot(
    huggingface_id: str,
    revision: str | None,
    *,
    cache_dir: Path | None = None,
    needed: Callable[[Iterable[str]], Iterable[str]] = lambda paths: paths,
    expected: Iterable[str] = (),
    local_files_only: bool = False,
) -> Path:
    """Ensure that the `needed` files of a revision are in the cache; returns its folder.

    Existing files are not requested, so that a cache may be read-only. If the Hub cannot be asked,
    the cache must hold everything that is needed as far as it knows: by the Hub's list, if it was
    kept, else what is `expected` and what its own files name.

    Raises HubError, including IncompleteCacheError, and StoreError if the cache cannot be written.
    """
    cache = hub_cache(cache_dir)
    cached = cached_snapshot(huggingface_id, revision, cache)
    listed = None if cached is None else listed_files(cached)
    if (
        cached is not None
        and listed is not None
        and cached.commit == revision  # which does not change, so no request is needed
        and not _missing(cached, needed(listed))
    ):
        return cached.folder
    reason = ""
    if not is_offline(local_files_only):
        try:
            source = open_remote(huggingface_id, revision, renamed=True)
        except HubUnavailableError as error:
            reason = str(error)
        else:
            return _fetch_listed(huggingface_id, source, revision, cache, needed)
    if cached is None:
        raise IncompleteCacheError(huggingface_id, (), reason)
    named = (*expected, *named_files(cached.folder))
    paths = named if listed is None else needed(listed)
    if missing := _missing(cached, paths):
        raise IncompleteCacheError(huggingface_id, missing, reason)
    return cached.folder


def _missing(snapshot: CachedSnapshot, paths: Iterable[str]) -> list[str]:
    return sorted({path for path in paths if not (snapshot.folder / path).is_file()})


def _fetch_listed(
    huggingface_id: str,
    source: RemoteRepository,
    revision: str | None,
    cache: Path,
    needed: Callable[[Iterable[str]], Iterable[str]],
) -> Path:
    """The needed files of those that the Hub lists, as `registry pull` has them."""
    snapshot = CachedSnapshot(huggingface_id, source.revision, cache)
    digests = Digests()
    files = [source.files[path] for path in needed(source.files)]
    lacking = [file for file in files if not snapshot.has(file)]
    try:
        with fetching_bar(lacking) as bar:
            in_order(
                lambda file: fetch_checked(snapshot, file, digests, watcher=bar),
                lacking,
                CONCURRENT,
            )
    finally:
        digests.keep()
    with suppress(OSError):  # if this is read-only, or not ours, the request is made again
        keep_list(snapshot, source.files)
        if revision != snapshot.commit:
            snapshot.point_here(revision or "main")
    return snapshot.folder
