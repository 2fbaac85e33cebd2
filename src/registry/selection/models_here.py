"""The models of one type by their keys, in the catalogue in use at the moment of the look-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from registry.catalogue.here import Catalogue, catalogue_here
from registry.models.kinds import Registered
from registry.models.model_map import ModelMap

Model_co = TypeVar("Model_co", bound=Registered, covariant=True)


def model_map(catalogue: Catalogue, kind: str = "") -> ModelMap[Any]:
    """The models of a catalogue, of one type or all; their classes differ by catalogue.

    >>> model_map(catalogue_here("registry"), "dense")["miniLM"].id
    'all-minilm-l6-v2'
    """
    by_id, why = catalogue.module.MODELS_BY_ID, catalogue.left_out.why
    return ModelMap(kind, by_id, catalogue.names, why)


class ModelsHere(Mapping[str, Model_co]):
    """A read-only mapping from every name of the models of one type to its model.

    Each look-up uses the catalogue in use at that moment; see ModelMap for the keys.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._latest: tuple[Catalogue, ModelMap[Model_co]] | None = None

    @property
    def here(self) -> ModelMap[Model_co]:
        """The models as they are now. Raises CatalogueFileError."""
        catalogue = catalogue_here()
        if self._latest is None or self._latest[0] is not catalogue:
            found = cast("ModelMap[Model_co]", model_map(catalogue, self.kind))
            self._latest = (catalogue, found)
        return self._latest[1]

    @property
    def models(self) -> tuple[Model_co, ...]:
        """The models themselves, in catalogue order."""
        return self.here.models

    def find(self, text: str) -> Model_co | None:
        """The model with a name, or None. Raises AmbiguousModelError if several share it."""
        return self.here.find(text)

    def __getitem__(self, key: str) -> Model_co:
        return self.here[key]

    def __contains__(self, key: object) -> bool:
        return key in self.here

    def __iter__(self) -> Iterator[str]:
        return iter(self.here)

    def __len__(self) -> int:
        return len(self.here)

    def __repr__(self) -> str:
        return repr(self.here)
