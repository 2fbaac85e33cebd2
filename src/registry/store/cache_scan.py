"""The Hugging Face cache as it is on disk, including foreign and damaged files.

huggingface_hub scans it too (`scan_cache_dir`). Its 2.4 gives up if one folder may not be read, and
leaves out a whole repository because of one dangling link or while its head is being fetched.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import MissingExtraError, StoreError
from registry.libraries.huggingface_hub import CACHE, CachedRepository
from registry_base.regular_file import read_regular

if TYPE_CHECKING:
    from huggingface_hub import CachedFileInfo, CachedRepoInfo, CachedRevisionInfo, HFCacheInfo

_LONGEST_REF = 1000  # bytes; a commit has 40

Blob = tuple[Path, os.stat_result]


def scan(folder: Path | None = None) -> HFCacheInfo | None:
    """The models in a cache: the given one, else huggingface_hub's; None without a folder.

    Anything but models of the Hub is ignored; damage becomes a warning, and the rest is listed.
    Raises StoreError if the folder cannot be read.
    """
    try:
        CACHE.verify()
        from huggingface_hub import CachedIncompleteFileInfo, HFCacheInfo
        from huggingface_hub.errors import CorruptedCacheException
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "hub") from None
    from registry.hub.snapshot import hub_cache

    root = hub_cache(folder)
    try:
        folders = sorted(each for each in root.iterdir() if CachedRepository.is_one(each))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{root}: the cache cannot be read: {error.strerror}") from None
    warnings: list[str] = []
    repositories = [scan_repository(each, warnings) for each in folders if _is_folder(each)]
    return HFCacheInfo(
        size_on_disk=sum(each.size_on_disk for each in repositories),
        repos=frozenset(repositories),
        incomplete_files=frozenset(
            CachedIncompleteFileInfo(path, size) for path, size in _incomplete(repositories)
        ),
        warnings=[CorruptedCacheException(warning) for warning in warnings],
        cache_dir=root,
    )


def scan_repository(folder: Path, warnings: list[str]) -> CachedRepoInfo:
    """One repository of a cache; each problem with it adds a line to the warnings."""
    from huggingface_hub import CachedRepoInfo

    repository = CachedRepository(folder)
    refs = _refs(repository.refs, warnings)
    commits = _listed(repository.snapshots, warnings)
    known: dict[str, Blob] = {}
    revisions = [_revision(path, refs, known, warnings) for path in commits if _is_folder(path)]
    blobs = {file.blob_path: file for each in revisions for file in each.files}
    return CachedRepoInfo(
        repo_id=repository.huggingface_id,
        repo_type="model",
        repo_path=folder,
        size_on_disk=sum(file.size_on_disk for file in blobs.values()),
        nb_files=len(blobs),
        revisions=frozenset(revisions),
        last_accessed=max((file.blob_last_accessed for file in blobs.values()), default=0),
        last_modified=max((file.blob_last_modified for file in blobs.values()), default=0),
    )


def _revision(
    folder: Path, refs: dict[str, set[str]], blobs: dict[str, Blob], warnings: list[str]
) -> CachedRevisionInfo:
    from huggingface_hub import CachedFileInfo, CachedRevisionInfo

    found: list[CachedFileInfo] = []
    lost: list[str] = []
    for path in _files(folder, warnings):
        try:
            blob, stat = _blob(path, blobs)
        except OSError:
            lost.append(os.path.relpath(path, folder))
            continue
        file = CachedFileInfo(
            file_name=os.path.basename(path),  # noqa: PTH119 - of thousands
            file_path=Path(path),
            blob_path=blob,
            size_on_disk=stat.st_size,
            blob_last_accessed=stat.st_atime,
            blob_last_modified=stat.st_mtime,
        )
        found.append(file)
    if lost:
        what = f"{len(lost)} links lead" if len(lost) > 1 else f"{lost[0]} leads"
        warnings.append(f"{folder}: {what} to nothing; `registry pull` repairs what is registered")
    sizes = {file.blob_path: file.size_on_disk for file in found}
    return CachedRevisionInfo(
        commit_hash=folder.name,
        snapshot_path=folder,
        size_on_disk=sum(sizes.values()),
        files=frozenset(found),
        refs=frozenset(refs.get(folder.name, ())),
        last_modified=max((file.blob_last_modified for file in found), default=0),
    )


def _blob(path: str, known: dict[str, Blob]) -> Blob:
    """Where a link leads in one step: its target may in turn be a link to a shared blob."""
    try:
        link = os.readlink(path)  # noqa: PTH115 - as above
        target = os.path.normpath(os.path.join(path, os.pardir, link))  # noqa: PTH118
    except OSError:  # a copy, on a file system without links
        target = path
    if target not in known:
        blob = Path(target)
        known[target] = blob, blob.stat()
    return known[target]


def _refs(folder: Path, warnings: list[str]) -> dict[str, set[str]]:
    """Commit -> names of branches and tags that point at it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in map(Path, _files(folder, warnings)):
        try:
            commit = read_regular(path, _LONGEST_REF).decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            warnings.append(f"{path}: cannot be read")
            continue
        found[commit].add(path.relative_to(folder).as_posix())
    return found


def _files(folder: Path, warnings: list[str]) -> Iterator[str]:
    def note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            warnings.append(f"{error.filename}: cannot be read: {error.strerror}")

    for parent, _, names in os.walk(folder, onerror=note):
        yield from (os.path.join(parent, name) for name in names)  # noqa: PTH118 - of thousands


def _listed(folder: Path, warnings: list[str]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        warnings.append(f"{folder}: cannot be read: {error.strerror}")
        return []


def _incomplete(repositories: Iterable[CachedRepoInfo]) -> Iterator[tuple[Path, int]]:
    """Files that interrupted downloads left, or that are being written."""
    for repository in repositories:
        for path in CachedRepository(repository.repo_path).unfinished():
            with suppress(OSError):  # already done
                yield path, path.stat().st_size


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - raises nothing
