"""A model repository of the Hub: its commits, branches and tags, and the Hub's counters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from .hub_commit import Commit, HubRefusedError, StoredFile
from .hub_content import Bytes, Content, File
from .hub_git import commit_id, tree_ids

Files = Path | Mapping[str, Content | bytes | str | Path]
"""A folder, or contents by path: bytes, text, or a file on disk."""

_WEIGHTS = (".safetensors", ".bin", ".gguf")


@dataclass(eq=False)
class Repository:
    """A repository, and what the Hub reports about it besides its files.

    `pipeline_tag`, `library_name` and most tags come from README.md and the files unless given
    here; `tags` are added to those. `extra` replaces or adds any field of the answer of
    /api/models/{id}: extra={"safetensors": None, "gguf": {...}}.
    A disabled repository answers everything with 403, but is listed.
    """

    id: str
    lfs_threshold: int  # bytes; larger files, and weights of any size, go to Git LFS
    _: KW_ONLY
    downloads: int = 0
    likes: int = 0
    trending_score: int = 0
    pipeline_tag: str | None = None
    library_name: str | None = None
    tags: Iterable[str] = ()
    gated: Literal["auto", "manual", False] = False
    private: bool = False
    disabled: bool = False
    created: datetime = datetime(2024, 1, 1, tzinfo=UTC)
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])

    commits: dict[str, Commit] = field(default_factory=dict[str, Commit], init=False)
    branches: dict[str, str] = field(default_factory=dict[str, str], init=False)
    version_tags: dict[str, str] = field(default_factory=dict[str, str], init=False)

    @property
    def author(self) -> str | None:
        return self.id.partition("/")[0] if "/" in self.id else None

    @property
    def head(self) -> str:
        """The sha of `main`."""
        return self.branches["main"]

    def push(
        self,
        files: Files,
        *,
        delete: Iterable[str] = (),
        branch: str = "main",
        title: str | None = None,
        copied: bool = False,
    ) -> str:
        """Commit files on top of a branch, minus those to delete; returns the new sha.

        The sha depends on the id, all contents, and earlier commits. Files on disk are read when
        served, or once and now if `copied`. A new branch begins empty: see `branch`.
        """
        parent = self.commits.get(self.branches.get(branch, ""))
        stored = dict(parent.files) if parent else {}
        for path in delete:
            del stored[path]
        for path, content in _contents(files, copied=copied).items():
            stored[path] = StoredFile(path, content, self.is_large(path, content.size))
        stored = dict(sorted(stored.items()))
        folders = tree_ids({path: file.blob_id for path, file in stored.items()})
        author = self.author or "system"
        date = self.created + timedelta(days=len(self.commits))
        title = title or f"Update {self.id}"
        sha = commit_id(
            tree=folders[""],
            parent=parent.sha if parent else None,
            author=author,
            date=date,
            message=title,
        )
        self.commits[sha] = Commit(sha, parent, author, date, title, stored, folders)
        self.branches[branch] = sha
        return sha

    def is_large(self, path: str, size: int) -> bool:
        """Whether a file is stored in Git LFS."""
        return size > self.lfs_threshold or path.endswith(_WEIGHTS)

    def branch(self, name: str, revision: str = "main") -> None:
        """Create a branch, or move it."""
        self.branches[name] = self.resolve(revision).sha

    def tag(self, name: str, revision: str = "main") -> None:
        """Create a tag, or move it."""
        self.version_tags[name] = self.resolve(revision).sha

    def resolve(self, revision: str) -> Commit:
        """The commit that a branch, a tag or a full sha names."""
        sha = self.branches.get(revision) or self.version_tags.get(revision) or revision
        try:
            return self.commits[sha]
        except KeyError:
            message = f"Invalid rev id: {revision}"
            raise HubRefusedError(404, message, "RevisionNotFound") from None

    def large(self, sha256: str) -> Content | None:
        """The content of a large file of any commit."""
        files = (file for commit in self.commits.values() for file in commit.files.values())
        return next((f.content for f in files if f.lfs and f.content.sha256 == sha256), None)


def _contents(files: Files, *, copied: bool) -> dict[str, Content]:
    if isinstance(files, Path):
        found = {path.relative_to(files): path for path in files.rglob("*") if path.is_file()}
        # Without the internal files of Git and huggingface_hub.
        files = {
            relative.as_posix(): path
            for relative, path in found.items()
            if relative.parts[0] not in (".git", ".cache")
        }
    return {path: _content(content, copied=copied) for path, content in files.items()}


def _content(content: Content | bytes | str | Path, *, copied: bool) -> Content:
    if isinstance(content, Content):
        return content
    if isinstance(content, Path):
        return Bytes(content.read_bytes()) if copied else File(content)
    return Bytes(content.encode() if isinstance(content, str) else content)
