"""What can be read from a model repository without its weights, wherever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from registry.files.repository_file import RepositoryFile

LARGEST_TEXT = 5 * 2**20
"""Bytes; no configuration is larger."""


@dataclass(frozen=True, kw_only=True)
class RepositoryMetadata:
    """What the Hub says about a repository besides its files; None if it is not known.

    `card` is the YAML at the head of README.md, as data. `parameters` is how many numbers the
    safetensors files of the model hold, by dtype, as the Hub counted them; `gguf_parameters` and
    `gguf_context` (tokens) are what it read in a GGUF file.
    """

    gated: bool | None = None
    private: bool | None = None
    downloads: int | None = None
    created: str | None = None  # date, YYYY-MM-DD
    last_modified: str | None = None  # date, YYYY-MM-DD
    pipeline_tag: str | None = None
    library: str | None = None
    tags: tuple[str, ...] = ()
    card: Mapping[str, Any] = field(default_factory=dict[str, Any])
    parameters: Mapping[str, int] = field(default_factory=dict[str, int])
    gguf_parameters: int | None = None
    gguf_context: int | None = None


@dataclass(frozen=True)
class Tensor:
    """One tensor of a safetensors file, from the header: "F32", (384, 768)."""

    dtype: str
    shape: tuple[int, ...]


class RepositorySource(Protocol):
    """One revision of a repository, read in small pieces.

    Methods raise RepositoryFileError for a file that is damaged or too large, another HubError
    for one that is not available.
    """

    @property
    def huggingface_id(self) -> str:
        """Its name on the Hub: org/name."""
        ...

    @property
    def revision(self) -> str | None:
        """The commit, 40 hexadecimal digits; None for a plain folder."""
        ...

    @property
    def files(self) -> Mapping[str, RepositoryFile]:
        """What it holds, by path."""
        ...

    @property
    def metadata(self) -> RepositoryMetadata:
        """What the Hub says in addition to the files."""
        ...

    def read_text(self, path: str) -> str | None:
        """A text file of at most LARGEST_TEXT, or None if the repository has none."""
        ...

    def read_tensors(self, path: str) -> Mapping[str, Tensor]:
        """The tensors of a safetensors file, from its header alone."""
        ...

    def read_sha256(self, path: str) -> str:
        """The SHA-256 of a file in hexadecimal: as listed, else of what it holds."""
        ...


Opener: TypeAlias = Callable[[str, str | None], RepositorySource]
"""Opens a repository: its id on the Hub, and a commit or None for the head."""
