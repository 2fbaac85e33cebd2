"""The one door from run time to build time: reading, compiling and editing catalogues.

Nothing else in this package imports `registry_codegen`. Parts that need only the standard library
are imported at once, the rest (Jinja2, jsonschema: the extra `codegen`) when used. Build-time
errors become errors of this package.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path

from registry.errors import CatalogueFileError, MissingExtraError
from registry_base.json_shapes import is_object
from registry_base.problems import Problem
from registry_codegen import projects
from registry_codegen.absent import kept_out_by
from registry_codegen.catalogues import MERGED_NAME, packaged_catalogue, schema_path
from registry_codegen.edit import entry_place, insert_entry, remove_value, set_value
from registry_codegen.errors import CatalogueError, CodegenError, ConfigurationError
from registry_codegen.hints import meant_type
from registry_codegen.layers import Layers, read_layers
from registry_codegen.layout import render_entry
from registry_codegen.names import InvalidNameError, constant_name
from registry_codegen.options import IMPORTABLE, Options, importable
from registry_codegen.overlay import Catalogue as LoadedCatalogue
from registry_codegen.own_types import merged_types, own_fields
from registry_codegen.picking import not_picked
from registry_codegen.projects import Project, find_options
from registry_codegen.read import Document, parse_catalogue, read_catalogue
from registry_codegen.schema import known_types, type_schema
from registry_codegen.version import __version__
from registry_codegen.write import stale_files, write_files

__all__ = [
    "IMPORTABLE",
    "MERGED_NAME",
    "CatalogueError",
    "ConfigurationError",
    "Document",
    "InvalidNameError",
    "Layers",
    "LoadedCatalogue",
    "Options",
    "Problem",
    "Project",
    "__version__",
    "catalogue_pages",
    "compiled_files",
    "compiled_sources",
    "constant_name",
    "entry_place",
    "fields_by_source",
    "find_options",
    "importable",
    "in_our_words",
    "insert_entry",
    "kept_out_by",
    "known_types",
    "load_checked",
    "meant_type",
    "merged_types",
    "not_picked",
    "objections",
    "options_of",
    "own_fields",
    "packaged_catalogue",
    "parse_catalogue",
    "problems_of",
    "project_around",
    "project_in",
    "read_catalogue",
    "read_layers",
    "remove_value",
    "render_entry",
    "require_extra",
    "schema_text",
    "section_titles",
    "set_value",
    "stale_files",
    "type_schema",
    "write_files",
]


@contextmanager
def in_our_words() -> Generator[None]:
    """Build-time errors become CatalogueFileError, a missing package MissingExtraError."""
    try:
        with _extra():
            yield
    except CatalogueError as error:
        raise CatalogueFileError(error.told) from None
    except CodegenError as error:
        raise CatalogueFileError(str(error)) from None


@contextmanager
def _extra() -> Generator[None]:
    """A package that is missing becomes a MissingExtraError."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("registry", "registry_codegen"):
            raise  # ours: no extra would bring it
        raise MissingExtraError(error.name or "jsonschema", "codegen") from None


def require_extra() -> None:
    """Raise MissingExtraError if the extra `codegen` is missing, before long work begins."""
    with _extra():
        importlib.import_module("registry_codegen.compile")


def section_titles(types: object = None) -> Mapping[str, str]:
    """Every field of generated classes with the title of its section, in the schema's order.

    `types` are what a catalogue declares itself.
    """
    from registry_codegen.sections import section_titles as titles

    return titles(types)


def project_around(folder: Path) -> Project | None:
    """The nearest project that configures a catalogue. Raises CatalogueFileError."""
    with in_our_words():
        return projects.project_around(folder)


def project_in(folder: Path) -> Project | None:
    """The project of exactly this folder, if it configures one. Raises CatalogueFileError."""
    with in_our_words():
        return projects.project_in(folder)


def options_of(catalogue: Path) -> Options:
    """How a catalogue is compiled: as its project says, if it is a project's own, else alone.

    Raises CatalogueFileError for a pyproject.toml with mistakes.
    """
    with in_our_words():
        return projects.options_of(catalogue)


def load_checked(options: Options, *, refuted: bool = False) -> LoadedCatalogue:
    """A catalogue with what it extends, checked. Raises CatalogueFileError with every problem.

    refuted: one that the schema accepts passes even if rules object to it.
    """
    with in_our_words():
        from registry_codegen.compile import load_catalogue

        return load_catalogue(options, refuted=refuted)


def problems_of(options: Options, own: Document | None = None) -> list[Problem]:
    """What is wrong with a catalogue, in the order of its file; `own` as for `load_checked`."""
    with in_our_words():
        from registry_codegen.compile import load_catalogue

        try:
            load_catalogue(options, own)
        except CatalogueError as error:
            return error.problems
    return []


def fields_by_source(
    entry: Mapping[str, object], types: object = None
) -> dict[str, tuple[str, ...]]:
    """The fields of the class that each source of an entry gave, by the name of the source."""
    with in_our_words():
        from registry_codegen.attribution import Attribution
        from registry_codegen.fields import model_fields

        given = entry.get("sources")
        names = sorted(given) if is_object(given) else []
        fields = Attribution(model_fields(str(entry.get("type")), types)).of(entry)
        return dict(zip(names, fields, strict=True))


def objections(
    entry: Mapping[str, object], others: Iterable[Mapping[str, object]] = ()
) -> list[tuple[tuple[str | int, ...], str, str | None]]:
    """What the rules object to in an entry among others.

    Each is the place in the entry, why, and the rule if the entry may overrule it.
    """
    with in_our_words():
        from registry_codegen.rules import check

        found = check({"models": [entry, *others]})
        return [(each.path, each.message, each.rule) for of, each in found if of.index == 0]


def schema_text(options: Options | None) -> str:
    """The JSON Schema of a catalogue, as text; without options, the general one.

    Raises CatalogueFileError for a catalogue that is not JSON.
    """
    if options is None:
        return schema_path().read_text("utf-8")
    with in_our_words():
        from registry_codegen.compile import layered_catalogue
        from registry_codegen.project_schema import project_schema
        from registry_codegen.schema import load_schema

        schema = project_schema(layered_catalogue(options))
        if schema is load_schema():
            return schema_path().read_text("utf-8")
        return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def catalogue_pages(loaded: LoadedCatalogue, package: str | None) -> tuple[int, str, str]:
    """How many models a catalogue has, and the catalogue as Markdown and as a page."""
    with in_our_words():
        from registry_codegen.assemble import build_module
        from registry_codegen.pages.html import catalogue_html
        from registry_codegen.pages.markdown import models_markdown
        from registry_codegen.pages.page_data import page_data

        page = page_data(build_module(loaded, __version__), package)
        return len(page.models), models_markdown(page), catalogue_html(page)


def compiled_files(options: Options) -> tuple[dict[str, str], LoadedCatalogue]:
    """The files that a catalogue compiles to, by file name, and the catalogue itself.

    Raises CatalogueError with every problem of the catalogue.
    """
    with _extra():
        from registry_codegen import compile as compiling

        loaded = compiling.load_catalogue(options)
        return compiling.compiled_files(loaded, options), loaded


def compiled_sources(loaded: LoadedCatalogue, options: Options) -> dict[str, str]:
    """The files of a loaded catalogue, to be imported as they are."""
    with in_our_words():
        from registry_codegen import compile as compiling

        return compiling.compiled_files(loaded, options)
