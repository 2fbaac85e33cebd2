"""The project that contains a folder: its pyproject.toml, and the catalogue it configures.

Hatchling runs the build hook `[tool.hatch.build.hooks.model-registry]`. Projects with any other
build backend use `[tool.model-registry]` for the same settings and run `registry generate`.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from time import time_ns

from registry_base.folders import real, upwards
from registry_base.json_shapes import JsonObject, is_object
from registry_base.toml_file import TomlError, TomlFile, read_toml
from registry_codegen.errors import ConfigurationError
from registry_codegen.options import HOOK, Options, Source

_HATCH_PLACES = (
    ("tool", "hatch", "build", "hooks"),
    ("tool", "hatch", "build", "targets", "wheel", "hooks"),
)
_ANY_BACKEND = ("tool", HOOK)
# A younger file may change again without a new time stamp; in nanoseconds.
_SETTLED = 100_000_000


@dataclass(frozen=True)
class Project:
    """A project that configures a catalogue: its options, and where they are set."""

    options: Options
    place: str  # "pyproject.toml:12"
    # Set if the project's own build does not read the table.
    ignored_by: str | None = None


_known: dict[tuple[Path, Path, int, int, int], Project | None] = {}


def project_around(folder: Path) -> Project | None:
    """The nearest project, from a folder upwards, that configures a catalogue.

    Raises ConfigurationError, each line of which begins with file and line number.
    """
    for path in upwards("pyproject.toml", folder):
        if (project := project_in(path.parent)) is not None:
            return project
    return None


def project_in(folder: Path) -> Project | None:
    """The project of exactly this folder, if it configures a catalogue. Raises ConfigurationError.

    A file is read again only when it has changed: the catalogue in use is looked up often.
    """
    path = folder / "pyproject.toml"
    try:
        stat, here = path.stat(), Path.cwd()  # places are relative to it
        key = (path, here, stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if key in _known:
            return _known[key]
        file = read_toml(path)
    except FileNotFoundError:
        return None
    except TomlError as error:
        raise ConfigurationError(str(error)) from None
    project = _configured(file, folder)
    if time_ns() - stat.st_mtime_ns > _SETTLED:
        _known[key] = project
    return project


def _configured(file: TomlFile, folder: Path) -> Project | None:
    hatch, other = _hatch_table(file), _own_table(file, *_ANY_BACKEND)
    if hatch is not None and other is not None:
        raise ConfigurationError(
            f"{file.place(*_ANY_BACKEND)}: {'.'.join(_ANY_BACKEND)} and "
            f"{'.'.join(hatch)} both configure the catalogue; keep one of them"
        )
    where = hatch or (_ANY_BACKEND if other is not None else None)
    if where is None:
        return None
    table = file.table(*where)
    assert table is not None
    return Project(_options(file, where, table, folder), file.place(*where), _ignoring(file, hatch))


def find_options(root: Path) -> Options | None:
    """The options in a folder's pyproject.toml, if it configures a catalogue.

    Raises ConfigurationError.
    """
    project = project_in(root)
    return None if project is None else project.options


def options_of(catalogue: Path | None) -> Options:
    """How a catalogue is compiled: the project's own as configured there, any other alone.

    None is the project's own, or models.json if there is no project. Raises
    ConfigurationError.
    """
    project = project_around(Path())
    if project is not None:
        own = real(project.options.catalogue_path)
        if catalogue is None or real(catalogue) == own:
            return project.options
    return Options(Path(), "models.json" if catalogue is None else str(catalogue))


def _options(file: TomlFile, where: tuple[str, ...], table: JsonObject, folder: Path) -> Options:
    try:
        return replace(Options.from_table(table, folder), source=Source(file, where))
    except ConfigurationError as error:
        lines = [f"{file.place(*where, *each.path)}: {each}" for each in error.mistakes]
        raise ConfigurationError("\n".join(lines)) from None


def _hatch_table(file: TomlFile) -> tuple[str, ...] | None:
    """Where the build hook's table is.

    Our own project reaches the hook through hatch_build.py, under `custom`.
    """
    for place in _HATCH_PLACES:
        if _own_table(file, *place, HOOK) is not None:
            return (*place, HOOK)
        custom = (file.table(*place) or {}).get("custom")
        if is_object(custom) and {"catalogue", "output"} <= custom.keys():
            return (*place, "custom")
    return None


def _own_table(file: TomlFile, *keys: str) -> JsonObject | None:
    """A table of ours, None if it is not there. Raises ConfigurationError for anything else."""
    value = (file.table(*keys[:-1]) or {}).get(keys[-1])
    if value is None or is_object(value):
        return value
    raise ConfigurationError(f"{file.place(*keys)}: {'.'.join(keys)} should be a table")


def _ignoring(file: TomlFile, hatch: tuple[str, ...] | None) -> str | None:
    """The build backend that will not run the hook although the project configures it."""
    backend = (file.table("build-system") or {}).get("build-backend")
    if hatch is None or backend is None or str(backend).startswith("hatchling"):
        return None
    return str(backend)
