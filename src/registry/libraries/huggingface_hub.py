"""huggingface_hub: the layout of its cache, and non-public parts of its requests.

The cache, as of 2.4: each repository has one folder with `blobs`, files named by their digest;
`snapshots/COMMIT/PATH`, links into `blobs` or, on a file system without links, the files
themselves; and `refs/BRANCH`, files that hold a commit. A file that is being fetched is
`blobs/DIGEST.*.incomplete`, and its lock in `.locks`, beside all repositories, is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from registry.libraries.seams import Part, Seam

_LIBRARY, _CHECKED = "huggingface_hub", ">=2.4,<2.5"

CACHE = Seam(
    _LIBRARY,
    _CHECKED,
    (
        Part("huggingface_hub.file_download:repo_folder_name", takes=("repo_id", "repo_type")),
        # Public, but meant to be made only by the library: cache_scan.py makes them too.
        Part(
            "huggingface_hub:CachedFileInfo",
            takes=(
                "file_name",
                "file_path",
                "blob_path",
                "size_on_disk",
                "blob_last_accessed",
                "blob_last_modified",
            ),
        ),
        Part(
            "huggingface_hub:CachedRevisionInfo",
            takes=(
                "commit_hash",
                "snapshot_path",
                "size_on_disk",
                "files",
                "refs",
                "last_modified",
            ),
        ),
        Part(
            "huggingface_hub:CachedRepoInfo",
            takes=(
                "repo_id",
                "repo_type",
                "repo_path",
                "size_on_disk",
                "nb_files",
                "revisions",
                "last_accessed",
                "last_modified",
            ),
        ),
        Part("huggingface_hub:CachedIncompleteFileInfo", takes=("file_path", "size_on_disk")),
        Part(
            "huggingface_hub:HFCacheInfo",
            takes=("size_on_disk", "repos", "incomplete_files", "warnings", "cache_dir"),
        ),
        Part("huggingface_hub:HFCacheInfo.delete_files"),
    ),
)
REQUESTS = Seam(
    _LIBRARY,
    _CHECKED,
    (
        # Public, but without types.
        Part("huggingface_hub.utils:build_hf_headers", takes=("token",)),
        Part("huggingface_hub.utils:parse_ratelimit_headers", takes=("headers",)),
    ),
)

_PREFIX = "models--"


class CachedRepository:
    """The folder of a model's repository in a cache; nothing of it need be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = folder / "blobs"
        self.snapshots = folder / "snapshots"
        self.refs = folder / "refs"
        self.locks = folder.parent / ".locks" / folder.name

    @classmethod
    def of(cls, huggingface_id: str, cache: Path) -> CachedRepository:
        """Of a repository by its name. Raises LibraryDriftError."""
        CACHE.verify()
        from huggingface_hub.file_download import repo_folder_name

        name: str = repo_folder_name(repo_id=huggingface_id, repo_type="model")
        return cls(cache / name)

    @property
    def huggingface_id(self) -> str:
        """Its name on the Hub.

        >>> CachedRepository(Path("hub/models--acme--tiny")).huggingface_id
        'acme/tiny'
        """
        return self.folder.name.removeprefix(_PREFIX).replace("--", "/")

    @staticmethod
    def is_one(folder: Path) -> bool:
        """Whether the name of a cache folder is that of a model's repository."""
        return folder.name.startswith(_PREFIX)

    def lock(self, blob: str) -> Path:
        """What a download of a blob holds locked."""
        return self.locks / f"{blob}.lock"

    def partial(self, blob: str) -> Path:
        """The partial file of a blob, to resume from; the library never does."""
        return self.blobs / f"{blob}.incomplete"

    def unfinished(self, blob: str | None = None) -> list[Path]:
        """What downloads of a blob, or of any, are writing, or left when they were interrupted."""
        pattern = "*.incomplete" if blob is None else f"{blob}.*.incomplete"
        return list(self.blobs.glob(pattern))


def request_headers(*, with_token: bool = True) -> dict[str, str]:
    """Headers of a request to the Hub, with the user's token if there is one."""
    REQUESTS.verify()
    from huggingface_hub import utils

    untyped: Any = utils
    headers: dict[str, str] = untyped.build_hf_headers(token=None if with_token else False)
    return headers


def seconds_until_allowed(headers: Mapping[str, str]) -> float | None:
    """How long the Hub wants no more requests, by its RateLimit headers; None if not limited."""
    REQUESTS.verify()
    from huggingface_hub import utils

    untyped: Any = utils
    limit: Any = untyped.parse_ratelimit_headers(headers)
    if limit is None or limit.remaining != 0:
        return None
    return float(limit.reset_in_seconds)
