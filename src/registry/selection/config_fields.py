"""The fields of a model given by value, and what cannot be true of any model."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

from registry.errors import InputError
from registry_base.repository_names import is_commit, is_repository_name


@dataclass(frozen=True)
class ConfigFields:
    """The fields of a ModelConfig. Unknown is None, never 0.

    `embedding_dim` is the width of a vector, `context_length` in tokens, `revision` a commit of
    the Hub repository, `batch_size` in texts. The rest is as in the catalogue.

    Raises InputError for a repository that cannot be one, for numbers below 1, for widths above
    embedding_dim, for a revision that is not a full commit hash, and without a field that a
    subclass needs.
    """

    huggingface_id: str
    embedding_dim: int | None
    context_length: int | None
    _: KW_ONLY
    registered_id: str | None = None
    revision: str | None = None
    trust_remote_code: bool = False
    safetensors_files: tuple[str, ...] = ()
    batch_size: int | None = None
    query_prompt: str | None = None
    document_prompt: str | None = None
    matryoshka_dims: tuple[int, ...] = ()
    normalize: bool | None = None
    similarity: str | None = None
    has_projection: bool = False
    ollama_tag: str | None = None

    # The fields that a subclass cannot do without.
    _needs: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        name = self.huggingface_id
        if not is_repository_name(name):
            raise InputError(f"huggingface_id {name!r} is not a repository id; write org/name")
        numbers = {
            "embedding_dim": self.embedding_dim,
            "context_length": self.context_length,
            "batch_size": self.batch_size,
            **{f"matryoshka_dims[{i}]": dim for i, dim in enumerate(self.matryoshka_dims)},
        }
        for field, number in numbers.items():
            # True is an int to Python, but not a number of dimensions.
            if number is not None and (type(number) is not int or number < 1):
                raise InputError(f"{name}: {field} should be a whole number from 1, not {number!r}")
        whole = self.embedding_dim
        if whole is not None and max(self.matryoshka_dims, default=0) > whole:
            raise InputError(
                f"{name}: matryoshka_dims must not exceed embedding_dim: truncation only shortens "
                "vectors"
            )
        if self.revision is not None and not is_commit(self.revision):
            raise InputError(
                f"{name}: revision {self.revision!r} is not a full commit hash (40 hex digits)"
            )
        for field in self._needs:
            if getattr(self, field) is None:
                raise InputError(f"{name}: {type(self).__name__} needs {field}")

    @property
    def id(self) -> str:
        """The id in the registry; for an unregistered model, the Hub repository."""
        return self.registered_id or self.huggingface_id
