"""The catalogue used here, as models and as data.

    catalogue_here().models              # what `registry list` shows in this folder
    catalogue_here("acme_models")        # a package that carries a generated module
    catalogue_here(acme_models)          # the module itself

Everything that chooses among models uses this module, so that all answers agree.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from registry.catalogue._built import built_package
from registry.catalogue._left_out import LeftOut
from registry.catalogue._modules import MODULE, compiled, imported
from registry.catalogue.codegen import (
    MERGED_NAME,
    Layers,
    Options,
    load_checked,
    own_fields,
    packaged_catalogue,
    read_layers,
)
from registry.catalogue.entries import Entry, entry_of
from registry.catalogue.places import PUBLIC, CatalogueLike, Place, find_place
from registry.errors import CatalogueFileError, MissingExtraError
from registry.models.catalogue_module import CatalogueModule
from registry.models.kinds import Registered
from registry_base.model_names import ids_by_name, names_of
from registry_base.spellings import ids_named

if TYPE_CHECKING:
    from registry.catalogue.codegen import LoadedCatalogue


@dataclass(frozen=True)
class Catalogue:
    """One catalogue: where it is, its models, and the JSON of its entries.

    Attributes raise CatalogueFileError for a catalogue with problems, each with its position, and
    MissingExtraError if compiling it needs the extra `codegen`.
    """

    place: Place
    given: CatalogueModule | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.place.name

    @property
    def given_as(self) -> CatalogueLike:
        """What to pass as `catalogue=` for this catalogue."""
        return self.given or self.place.path or self.place.package or PUBLIC

    @cached_property
    def module(self) -> CatalogueModule:
        """The generated module: as installed, or compiled in memory from the file."""
        if self.given is not None:
            return self.given
        if self.place.options is None:
            return imported(self.place.package or PUBLIC)
        if (package := built_package(self.place.options)) is not None:
            return imported(package)
        return compiled(self.loaded, self.options)

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """The merged catalogue as JSON."""
        if (merged := self._merged) is not None:
            loaded: Mapping[str, Any] = merged.data
            return loaded
        data: Mapping[str, Any] = json.loads(self._packaged.read_text("utf-8"))
        return data

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Its entries with a repository, with what it extends. Raises CatalogueFileError."""
        return tuple(entry_of(entry) for entry in self._data_of_models if _has_files(entry))

    @property
    def entries_to_mend(self) -> tuple[Entry, ...]:
        """The same, even for a catalogue that rules refute. Raises CatalogueFileError.

        For code that corrects entries: everything else needs a catalogue without problems.
        """
        if self.place.options is None:
            return self.entries
        models = load_checked(self.place.options, refuted=True).data["models"]
        return tuple(entry_of(entry) for entry in models if _has_files(entry))

    @cached_property
    def behind_apis(self) -> Mapping[str, str]:
        """Name in lower case -> provider of the models without files to verify, lock or fetch."""
        return {
            name.casefold(): entry["provider"]
            for entry in self._data_of_models
            if not _has_files(entry)
            for name in (entry["id"], *names_of(entry))
        }

    @property
    def _data_of_models(self) -> list[Any]:
        models: list[Any] = self.data["models"]
        return models

    @property
    def _packaged(self) -> Path:
        path = packaged_catalogue(self.package or PUBLIC)
        if path is None:
            raise CatalogueFileError(
                f"{self.name}: carries no {MERGED_NAME}, the entries that it was made from; build "
                "it again with this version of tessera-registry"
            )
        return path

    @property
    def models(self) -> Collection[Registered]:
        """Its models, in catalogue order."""
        return self.module.MODELS_BY_ID.values()

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The ids that each name in lower case may mean; one table for every look-up."""
        table: Mapping[str, tuple[str, ...]] | None = getattr(self.module, "IDS_BY_NAME", None)
        return ids_by_name(self._data_of_models) if table is None else table

    def knows(self, text: str) -> bool:
        """Whether a text names one of its models, with files or behind an API."""
        return bool(ids_named(ids_by_name(self._data_of_models), text))

    @cached_property
    def left_out(self) -> LeftOut:
        """What its project keeps out of what it extends; of a package nothing is known."""
        return LeftOut(self.place.options)

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The types of its models, in catalogue order."""
        return tuple(dict.fromkeys(model.kind for model in self.models))

    def of_type(self, kind: str) -> tuple[Registered, ...]:
        """Its models of one type."""
        return tuple(model for model in self.models if model.kind == kind)

    def own_fields(self, kind: str) -> tuple[str, ...]:
        """The fields that it declares itself for one type, by Python name."""
        return tuple(each.path[-1] for each in own_fields(self.data.get("types"), kind))

    def ids_in(self, repository: str) -> tuple[str, ...]:
        """The ids of its models that a repository on the Hub holds."""
        return tuple(
            model.id
            for model in self.models
            if (model.huggingface_id or "").casefold() == repository.casefold()
        )

    def find_models(self, *, model_type: str | None, **filters: object) -> tuple[Any, ...]:
        """What `find_models` of its module finds; the type is one of `types`."""
        untyped: Any = self.module
        kind = None if model_type is None else untyped.ModelType(model_type)
        found: tuple[Any, ...] = untyped.find_models(model_type=kind, **filters)
        return found

    @cached_property
    def layers(self) -> Layers:
        """Which catalogue each entry, and each field that is overridden, comes from."""
        if (merged := self._merged) is not None:
            return merged.layers
        return read_layers(self.data, self.place.package or PUBLIC)

    @property
    def package(self) -> str | None:
        """The package that its constants are imported from; None for a file in no package."""
        if self.place.options is not None:
            return self.place.options.package
        return self.place.package or PUBLIC

    @property
    def options(self) -> Options:
        """How it is compiled; for a package, from the merged catalogue in it."""
        if self.place.options is not None:
            return self.place.options
        path = self._packaged
        return Options(path.parent, path.name)

    @property
    def _merged(self) -> LoadedCatalogue | None:
        """The content of its file, merged; None if a package carries that.

        A package that was built from the file has the same content, and needs no generator.
        """
        if self.place.options is None:
            return None
        try:
            return self.loaded
        except MissingExtraError:
            if built_package(self.place.options) is None:
                raise
            return None

    @cached_property
    def loaded(self) -> LoadedCatalogue:
        """The catalogue as the generator loads it, checked. Raises CatalogueFileError."""
        return load_checked(self.options)


_known: dict[tuple[object, ...], Catalogue] = {}


def catalogue_here(given: CatalogueLike | None = None, said_by: str = "catalogue=") -> Catalogue:
    """The catalogue in use; `given` overrides the environment and the project.

    A file is read again when it has changed. Raises CatalogueFileError.
    """
    if isinstance(given, ModuleType):
        module = cast("CatalogueModule", given)
        return Catalogue(Place(said_by, given.__name__.removesuffix(f".{MODULE}")), module)
    place = find_place(cast("str | Path | None", given), said_by)
    key = (place, *_states(place))
    if key not in _known:
        _known[key] = Catalogue(place)
    return _known[key]


def _has_files(entry: Mapping[str, Any]) -> bool:
    return entry.get("huggingface_id") is not None


def _states(place: Place) -> list[object]:
    """What changes when the files of a catalogue do."""
    if place.options is None:
        return []
    states: list[object] = []
    for path in (place.options.catalogue_path, place.options.public_path):
        try:
            stat = None if path is None else path.stat()
        except OSError:
            stat = None  # reading it reports what is wrong
        states.append(stat and (stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return states
