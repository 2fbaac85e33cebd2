"""Files of the Hub into the Hugging Face cache, where every library finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import huggingface_hub
from huggingface_hub.errors import CachedRepoTreeNotFoundError, LocalEntryNotFoundError

# Exported there, but not in the way that type checkers want.
from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

from registry.errors import HubUnavailableError, RepositoryFileError
from registry.files.digests import Digests
from registry.files.repository_file import RepositoryFile
from registry.files.watcher import Watcher
from registry.hub._transfer import of_disk, transfer
from registry.hub.asking import ask
from registry.hub.snapshot import CachedSnapshot, hub_cache

Answer = TypeVar("Answer")


class _Bar(tqdm):
    """The library's own bar, on a terminal; its bar "Fetching 11 files" would not mind a pipe."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # as the library makes its own
        keywords.setdefault("disable", None)
        base: Any = super()  # typed in part
        base.__init__(*arguments, **keywords)


def fetch_checked(
    snapshot: CachedSnapshot,
    file: RepositoryFile,
    digests: Digests,
    *,
    anew: bool = False,
    local_files_only: bool = False,
    watcher: Watcher | None = None,
) -> None:
    """Have a file in a snapshot, and as it should be; one that is not is taken out again.

    anew: what the cache has of it is no good, and goes first.
    Raises RepositoryFileError for a file that is not what it should be, another HubError if it
    cannot be had, StoreError if the cache cannot be written.
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
            came = transfer(snapshot, file, digests, watcher)
        damage = came or digests.damage(snapshot.folder / file.path, file)
        if damage is None:
            return
        snapshot.discard(file)
    except OSError as error:
        raise of_disk(error, snapshot.huggingface_id, snapshot.cache_dir) from None
    raise RepositoryFileError(
        f"{snapshot.huggingface_id}: {damage.message}; so it came, and is out of the cache again"
    )


def fetch_snapshot(
    huggingface_id: str,
    revision: str | None,
    *,
    cache_dir: Path | None = None,
    ignored: Sequence[str] = (),
    needed: Callable[[Iterable[str]], Iterable[str]] = lambda paths: paths,
    local_files_only: bool = False,
) -> Path:
    """Have a revision in the cache, all but the files that match `ignored`; its folder.

    Where the Hub cannot be asked, a commit is enough of which the `needed` files are there.
    Raises HubError, and StoreError where the cache cannot be written.
    """
    untyped: Any = huggingface_hub  # its downloads are typed in part

    def question() -> Path:
        try:
            found: str = untyped.snapshot_download(
                huggingface_id,
                revision=revision,
                cache_dir=cache_dir,
                ignore_patterns=list(ignored),
                local_files_only=local_files_only,
                tqdm_class=_Bar,
            )
        except LocalEntryNotFoundError:
            snapshot = CachedSnapshot(huggingface_id, revision or "", cache_dir)
            if not _holds(snapshot, needed):
                raise
            return snapshot.folder
        return Path(found)

    return _asked(question, huggingface_id, revision)


def _holds(snapshot: CachedSnapshot, needed: Callable[[Iterable[str]], Iterable[str]]) -> bool:
    """Whether a commit has the files that are needed of those that it once was known to have."""
    try:
        tree = huggingface_hub.get_cached_repo_tree(
            snapshot.huggingface_id, revision=snapshot.commit, cache_dir=snapshot.cache_dir
        )
    except CachedRepoTreeNotFoundError:
        return False
    paths = needed(file.path for file in tree)
    return all((snapshot.folder / path).is_file() for path in paths)


def _asked(question: Callable[[], Answer], name: str, revision: str | None) -> Answer:
    """Ask the Hub; what the disk or the library says is said in our own words too."""

    def unwrapped() -> Answer:
        try:
            return question()
        except (LocalEntryNotFoundError, ValueError) as error:
            if isinstance(error.__cause__, Exception):
                raise error.__cause__ from None  # why the Hub could not be asked
            if isinstance(error, ValueError):
                raise
            raise HubUnavailableError(f"{name} is not in the cache, or not all of it") from None
        except OSError as error:
            if error.errno is not None:
                raise of_disk(error, name, hub_cache()) from None
            if type(error) is OSError:  # how huggingface_hub says that a size is wrong
                raise HubUnavailableError(
                    f"{name}: a file came with another size than the Hub says; try again"
                ) from None
            raise

    return ask(unwrapped, name, revision)
