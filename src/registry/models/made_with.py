"""What determines a loaded model's vectors, besides the model: for its fingerprint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, TypeGuard

from registry.models.kinds import VectorLike


@dataclass(frozen=True, kw_only=True)
class MadeWith:
    """Arguments as `fingerprint` takes them; None leaves one to the entry and the lock."""

    dim: int | None = None
    quantization: str | None = None
    revision: str | None = None
    runtime: str | None = None
    pooling: str | None = None
    precision: str | None = None

    def but(self, given: MadeWith) -> MadeWith:
        """Given values win; quantizations add up.

        >>> loaded = MadeWith(dim=64, quantization="4bit", precision="bf16")
        >>> loaded.but(MadeWith(quantization="int8")).quantization
        '4bit+int8'
        """
        named = {name: value for name, value in vars(given).items() if value is not None}
        if self.quantization and given.quantization:
            named["quantization"] = f"{self.quantization}+{given.quantization}"
        return replace(self, **named)


class LoadedModel(Protocol):
    """What `load` returns for a model with vectors: it knows how they are made."""

    @property
    def model(self) -> VectorLike: ...  # noqa: D102 - the model that was loaded
    @property
    def made_with(self) -> MadeWith: ...  # noqa: D102 - filled by `load`


def is_loaded(model: VectorLike | LoadedModel) -> TypeGuard[LoadedModel]:
    """Whether this is what `load` returned, rather than an entry."""
    return isinstance(getattr(model, "made_with", None), MadeWith)
