"""Which catalogue is used here, and where that is set.

There are many catalogues, and a program or command uses exactly one of them:

1. the given one: `--catalogue NAME|FILE`, or `catalogue=` in Python,
2. the one that REGISTRY_CATALOGUE names,
3. that of the project that contains the current folder and configures one; a folder
   without such a project may have a bare models.json,
4. the public registry that is installed.

NAME is an importable package with a generated module, FILE a models.json. Nothing is imported or
compiled to find it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeAlias

from registry.catalogue.codegen import Options, packaged_catalogue, project_around
from registry.errors import CatalogueFileError
from registry.models.catalogue_module import CatalogueModule
from registry_base.folders import real, shown
from registry_base.json_file import peek_json
from registry_base.json_shapes import is_list, look_up

CatalogueLike: TypeAlias = CatalogueModule | str | Path
"""A catalogue as programs pass it: its module, the name of its package, or a models.json."""

VARIABLE: Final = "REGISTRY_CATALOGUE"
PUBLIC: Final = "registry"


@dataclass(frozen=True)
class Place:
    """Where a catalogue is: in a package, or in a file with the options to compile it.

    said_by: "--catalogue" or "catalogue=", "REGISTRY_CATALOGUE", "pyproject.toml:12",
    "models.json" (in this folder), or "installed".
    """

    said_by: str
    package: str | None = None
    options: Options | None = None

    @property
    def name(self) -> str:
        """Its name in messages: the package, or the file."""
        if self.options is not None:
            return shown(self.options.catalogue_path)
        return self.package or PUBLIC

    @property
    def path(self) -> Path | None:
        """The file to edit; None for a package, which is compiled."""
        return None if self.options is None else self.options.catalogue_path


def find_place(given: str | Path | None = None, said_by: str = "catalogue=") -> Place:
    """The place of the catalogue in use.

    Raises CatalogueFileError for a bad pyproject.toml, and for a package with another spelling.

    >>> find_place("acme_models").package
    'acme_models'
    """
    if given is not None:
        return _named(given, said_by)
    if named := os.environ.get(VARIABLE, "").strip():
        return _named(named, VARIABLE)
    try:
        here = Path.cwd()
    except FileNotFoundError:  # the current folder has been removed
        return Place("installed", PUBLIC)
    if (project := project_around(here)) is not None:
        return Place(project.place, options=project.options)
    if _is_catalogue(bare := here / "models.json"):
        return Place(bare.name, options=Options(here))
    return Place("installed", PUBLIC)


def _named(given: str | Path, said_by: str) -> Place:
    text = str(given)
    names = all(part.isidentifier() for part in text.split("."))
    if isinstance(given, str) and names and not text.endswith(".json") and not _is_path(text):
        return Place(said_by, text)
    path = Path(text).expanduser().absolute()
    if not path.exists() and (package := _package_of(text)) is not None:
        raise CatalogueFileError(
            f"{said_by} {text}: there is no such file; did you mean the package {package}?"
        )
    project = project_around(path.parent)
    if project is not None and real(project.options.catalogue_path) == real(path):
        return Place(said_by, options=project.options)
    # Messages show the file as it was given.
    return Place(said_by, options=Options(Path(), str(Path(text).expanduser())))


def _is_path(name: str) -> bool:
    """Whether the name of a package is that of a file or folder here, and of no package."""
    path = Path(name)
    if not path.exists() or (path / "__init__.py").exists():
        return False
    if packaged_catalogue(name) is not None:
        return False
    spec = find_spec(name.partition(".")[0])
    return spec is None or spec.origin is None  # as any folder on the path has


def _package_of(distribution: str) -> str | None:
    """The importable package that has the name of a distribution, with another spelling.

    >>> _package_of("huggingface-hub"), _package_of("models.json")
    ('huggingface_hub', None)
    """
    package = distribution.replace("-", "_")
    if package == distribution or not package.isidentifier() or find_spec(package) is None:
        return None
    return package


def _is_catalogue(path: Path) -> bool:
    """Whether a file that merely has the name is a catalogue too, sound or not."""
    return is_list(look_up(peek_json(path), "models"))
