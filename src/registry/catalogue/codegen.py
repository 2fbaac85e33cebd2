"""The one door from run time to build time: reading, compiling and editing catalogues.

What is light (options, projects) is imported at once; what needs the extra `codegen` when it is
used. Errors of build time come out as errors of this package.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.errors import CatalogueFileError, MissingExtraError
from registry_codegen import projects
from registry_codegen.catalogues import MERGED_NAME, packaged_catalogue
from registry_codegen.errors import CatalogueError, CodegenError, ConfigurationError, Problem
from registry_codegen.layers import Layers, read_layers
from registry_codegen.options import Options
from registry_codegen.projects import Project

if TYPE_CHECKING:
    from registry_codegen.overlay import Catalogue as LoadedCatalogue
    from registry_codegen.read import Document

__all__ = [
    "MERGED_NAME",
    "CatalogueError",
    "ConfigurationError",
    "Layers",
    "Options",
    "Problem",
    "Project",
    "catalogue_pages",
    "compiled_sources",
    "in_our_words",
    "load_checked",
    "packaged_catalogue",
    "problems_of",
    "project_around",
    "read_layers",
]


@contextmanager
def in_our_words() -> Generator[None]:
    """Errors of build time become CatalogueFileError, a missing package MissingExtraError."""
    try:
        yield
    except CodegenError as error:
        raise CatalogueFileError(str(error)) from None
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("registry", "registry_codegen"):
            raise  # ours: no extra would bring it
        raise MissingExtraError(error.name or "jsonschema", "codegen") from None


def project_around(folder: Path) -> Project | None:
    """The nearest project that configures a catalogue. Raises CatalogueFileError."""
    with in_our_words():
        return projects.project_around(folder)


def load_checked(options: Options, own: Document | None = None) -> LoadedCatalogue:
    """A catalogue with what it extends, checked. Raises CatalogueFileError with every problem."""
    with in_our_words():
        from registry_codegen.compile import load_catalogue

        return load_catalogue(options, own)


def problems_of(options: Options) -> list[Problem]:
    """What is wrong with a catalogue, in the order of its file."""
    with in_our_words():
        from registry_codegen.compile import load_catalogue

        try:
            load_catalogue(options)
        except CatalogueError as error:
            return error.problems
    return []


def catalogue_pages(loaded: LoadedCatalogue, package: str) -> tuple[int, str, str]:
    """How many models a catalogue has, and it as Markdown and as a page."""
    with in_our_words():
        from registry_codegen.assemble import build_module
        from registry_codegen.pages.html import catalogue_html
        from registry_codegen.pages.markdown import models_markdown
        from registry_codegen.pages.page_data import page_data
        from registry_codegen.version import __version__

        page = page_data(build_module(loaded, __version__), package)
        return len(page.models), models_markdown(page), catalogue_html(page)


def compiled_sources(loaded: LoadedCatalogue) -> tuple[Mapping[str, str], str]:
    """The sources that a catalogue compiles to, by path, and the name of the module on top."""
    with in_our_words():
        from registry_codegen.assemble import build_module
        from registry_codegen.render import render
        from registry_codegen.version import __version__

        untyped: Any = render
        return {"_generated.py": untyped(build_module(loaded, __version__))}, "_generated"
