"""What a generated module offers, by structure: ours, and anybody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class RegisteredModel(Protocol):
    """Any model of any generated registry, with what is known of every one."""

    @property
    def id(self) -> str:
        """Id in its catalogue."""
        ...

    @property
    def kind(self) -> str:
        """The type, as text."""
        ...

    @property
    def name(self) -> str:
        """Display name."""
        ...

    @property
    def description(self) -> str:
        """One or two sentences that help somebody choose."""
        ...

    @property
    def huggingface_id(self) -> str | None:
        """Repository on the Hub; None of a model that only an API serves."""
        ...

    @property
    def revision(self) -> str | None:
        """Commit it is pinned to."""
        ...

    @property
    def organization(self) -> str:
        """Who publishes it."""
        ...

    @property
    def license(self) -> str | None:
        """Its licence."""
        ...

    @property
    def parameter_count(self) -> int | None:
        """Number of stored weights."""
        ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other keys that people use for it."""
        ...


class CatalogueModule(Protocol):
    """A module that the generator wrote, such as `registry` itself or `acme_models`."""

    @property
    def MODELS_BY_ID(self) -> Mapping[str, Any]:  # noqa: N802 - the name in the module
        """Every model by its id, in catalogue order; of classes that differ by catalogue."""
        ...

    @property
    def SELECTED_DEFAULTS(self) -> Mapping[str, Any]:  # noqa: N802
        """Which model serves in which role, where nothing selects another."""
        ...

    @property
    def ModelType(self) -> Iterable[Any]:  # noqa: N802
        """The enum of the types."""
        ...
