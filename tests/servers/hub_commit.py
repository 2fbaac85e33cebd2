"""A commit of a repository: its files, and the facts about the model in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

import yaml

from .hub_content import Bytes, Content, count_parameters
from .hub_git import blob_id, pointer

_FRONT_MATTER = re.compile(r"---\s*\n(.*?)\n---", re.DOTALL)


class HubRefusedError(Exception):
    """A request that the Hub answers with an error; `code` is its X-Error-Code, if any."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or {}
        super().__init__(message)


@dataclass(frozen=True, eq=False)
class StoredFile:
    """A file of a commit. Git stores its content, or a pointer if it is large (`lfs`)."""

    path: str
    content: Content
    lfs: bool

    @property
    def size(self) -> int:
        return self.content.size

    @cached_property
    def pointer(self) -> bytes:
        return pointer(self.content.sha256, self.size)

    @cached_property
    def blob_id(self) -> str:
        """The SHA-1 of what Git stores."""
        return blob_id(Bytes(self.pointer) if self.lfs else self.content)


@dataclass(frozen=True, eq=False)
class Commit:
    """A state of a repository. Its files are read only once, because it never changes."""

    sha: str
    parent: Commit | None
    author: str
    date: datetime
    title: str
    files: Mapping[str, StoredFile]  # by path, sorted
    folders: Mapping[str, str]  # SHA-1 by path; "" is the root

    def history(self) -> Iterator[Commit]:
        """This commit, then its parents."""
        commit: Commit | None = self
        while commit is not None:
            yield commit
            commit = commit.parent

    def file(self, path: str) -> StoredFile:
        try:
            return self.files[path]
        except KeyError:
            headers = {"X-Repo-Commit": self.sha}
            raise HubRefusedError(404, "Entry not found", "EntryNotFound", headers) from None

    @cached_property
    def readme(self) -> str:
        return self._text("README.md")

    @cached_property
    def card(self) -> dict[str, Any]:
        """The YAML at the head of README.md; empty if it is missing or damaged."""
        found = _FRONT_MATTER.match(self.readme)
        try:
            # JSON has no dates, so they become text.
            text = json.dumps(yaml.safe_load(found[1]) if found else None, default=str)
        except (yaml.YAMLError, TypeError):
            return {}
        card: Any = json.loads(text)
        return cast("dict[str, Any]", card) if isinstance(card, dict) else {}

    @cached_property
    def config(self) -> dict[str, Any]:
        """The part of config.json that the Hub repeats; empty if it is missing or damaged."""
        try:
            config = json.loads(self._text("config.json"))
            return {key: config[key] for key in ("architectures", "model_type") if key in config}
        except (ValueError, TypeError):
            return {}

    @cached_property
    def parameters(self) -> dict[str, int]:
        """Parameter counts by dtype: of model.safetensors, otherwise of all weights in the root."""
        paths = [path for path in self.files if path.endswith(".safetensors") and "/" not in path]
        if "model.safetensors" in paths:
            paths = ["model.safetensors"]
        total: dict[str, int] = {}
        for path in paths:
            for dtype, count in count_parameters(self.files[path].content).items():
                total[dtype] = total.get(dtype, 0) + count
        return total

    def _text(self, path: str) -> str:
        """A file as text, empty if it is missing."""
        file = self.files.get(path)
        return file.content.read().decode(errors="replace") if file else ""
