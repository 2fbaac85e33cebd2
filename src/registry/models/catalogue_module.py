"""What a generated module offers, by structure: ours, or any other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class CatalogueModule(Protocol):
    """A module that the generator wrote, such as `registry` itself or `acme_models`."""

    @property
    def MODELS_BY_ID(self) -> Mapping[str, Any]:  # noqa: N802 - the name in the module
        """Every model by its id, in catalogue order; of classes that differ by catalogue."""
        ...

    @property
    def SELECTED_DEFAULTS(self) -> Mapping[str, Any]:  # noqa: N802
        """Which model serves in which role, if nothing selects another."""
        ...

    @property
    def ModelType(self) -> Iterable[Any]:  # noqa: N802
        """The enum of the types."""
        ...
