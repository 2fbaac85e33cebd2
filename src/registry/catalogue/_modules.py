"""The generated module of a catalogue: imported from a package, or compiled in memory."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from registry.catalogue._in_memory import import_sources
from registry.catalogue.codegen import Options, compiled_sources
from registry.errors import CatalogueFileError
from registry.models.catalogue_module import CatalogueModule

if TYPE_CHECKING:
    from registry.catalogue.codegen import LoadedCatalogue

MODULE = "_generated"


def imported(package: str) -> CatalogueModule:
    """The generated module of an installed package. Raises CatalogueFileError."""
    name = f"{package}.{MODULE}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, package):
            raise
        try:
            module = importlib.import_module(package)
        except ModuleNotFoundError:
            raise CatalogueFileError(
                f"{package}: no such package is installed; install it, or name a models.json"
            ) from None
    if not hasattr(module, "MODELS_BY_ID"):
        raise CatalogueFileError(
            f"{package}: contains no generated catalogue; name the package that has one, or a "
            "models.json"
        )
    return cast("CatalogueModule", module)


def compiled(loaded: LoadedCatalogue, options: Options) -> CatalogueModule:
    """The module that a catalogue compiles to, in memory."""
    return cast("CatalogueModule", import_sources(sources_of(loaded, options), MODULE))


def sources_of(loaded: LoadedCatalogue, options: Options) -> dict[str, str]:
    """The Python sources that a catalogue compiles to, as part of a package."""
    options = replace(options, output=f"catalogue/{MODULE}.py")
    files = compiled_sources(loaded, options).items()
    return {name: text for name, text in files if name.endswith(".py")}
