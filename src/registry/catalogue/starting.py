"""Give a project its own catalogue: the files that it needs, or what they lack.

models.json, the table in pyproject.toml that compiles it, and the package around the generated
module. Existing content stays as it is; only what is missing is added.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.catalogue.codegen import importable, project_in
from registry.errors import CatalogueFileError, MissingExtraError
from registry.files.file_lock import exclusive
from registry_base.atomic_write import write_atomically
from registry_base.json_shapes import is_list, is_object, look_up
from registry_base.regular_file import read_regular
from registry_base.toml_file import TomlError, read_toml

OUTPUT = "_generated.py"
_DISTRIBUTION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_TAKEN = {"registry", "registry_codegen", "registry_base"}
_IGNORED = "_generated*"
_REQUIREMENT = "tessera-registry[codegen]"
_HATCH = ("tool", "hatch", "build", "hooks", "model-registry")
_ANY_BACKEND = ("tool", "model-registry")

_DOCSTRING = '"""The models of {name}, as typed constants. models.json is the file to edit."""\n'
_FACE = """
TYPE_CHECKING = False
if TYPE_CHECKING:
    from {package}._generated import *
else:  # a model is imported when it is first asked for
    try:
        from {package}._generated import __all__, __dir__, __getattr__
    except ModuleNotFoundError:
        raise ImportError(
            "{package}/_generated.py is missing: `registry generate` makes it from models.json"
        ) from None
"""
# A model that anyone can load, to try everything before there is one of your own.
_EXAMPLE = """{
  "models": [
    {
      "id": "all-minilm-l6-v2",
      "type": "dense",
      "name": "all-MiniLM-L6-v2",
      "description": "Small encoder for English sentences: an example, replace it with your own.",
      "huggingface_id": "sentence-transformers/all-MiniLM-L6-v2",
      "revision": "8b3219a92973c328a8e22fadcfa821b5dc75636a",
      "organization": "sentence-transformers",
      "license": "Apache-2.0",
      "specs": {"parameters": "22.7M", "embedding_dim": 384, "context_length": 512}
    }
  ]
}
"""
_NOTHING = '{\n  "models": []\n}\n'


@dataclass(frozen=True)
class Step:
    """A file, and what was done with it: "written", "added to", or "there already"."""

    path: Path
    done: str


def start_catalogue(
    folder: Path, name: str | None = None, *, extends: str | None = None
) -> list[Step]:
    """Make a folder a project with a catalogue, or add to the project what it lacks for one.

    Raises CatalogueFileError for files that cannot be read or written, and for an invalid package
    name.
    """
    try:
        # Also keeps out `registry select`, which writes the same file.
        with exclusive(folder / "pyproject.toml"):
            return _start(folder, name, extends)
    except OSError as error:
        place = error.filename or folder
        raise CatalogueFileError(f"{place}: cannot be written: {error.strerror or error}") from None


def _start(folder: Path, name: str | None, extends: str | None) -> list[Step]:
    pyproject = folder / "pyproject.toml"
    data = _read(pyproject)
    if project_in(folder) is not None:
        raise CatalogueFileError(
            f"{pyproject.name}: configures a catalogue already; edit it there, or add models with "
            "`registry add`"
        )
    known = look_up(data, "project", "name") or look_up(data, "tool", "poetry", "name")
    wanted = name or (known if isinstance(known, str) else folder.absolute().name)
    distribution = re.sub(r" +", "-", wanted)
    package = re.sub(r"[-.]+", "_", distribution).lower()
    if not _DISTRIBUTION.fullmatch(distribution) or not importable(f"{package}.py"):
        raise CatalogueFileError(f"{wanted!r} cannot be the name of a package; give another")
    if package in _TAKEN:
        raise CatalogueFileError(f"{wanted!r} is a package of tessera-registry; give another name")
    source = "src" if (folder / "src").is_dir() or not (folder / package).is_dir() else "."
    inside = folder / source / package
    # Before anything is written.
    _check_build_system(pyproject, data)
    _text(inside / "__init__.py")
    catalogue = _EXAMPLE if extends is None else _NOTHING
    return [
        _made(folder / "models.json", catalogue),
        _configured(pyproject, data, distribution, f"{source}/{package}/{OUTPUT}", extends),
        _faced(inside / "__init__.py", distribution, package),
        _made(inside / "py.typed", ""),
        *((_ignoring(folder / ".gitignore"),) if _is_hatch(data) else ()),
    ]


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path).data
    except FileNotFoundError:
        return {}
    except TomlError as error:
        raise CatalogueFileError(str(error)) from None


def _check_build_system(path: Path, data: dict[str, Any]) -> None:
    system = data.get("build-system")
    if system and not is_list(look_up(data, "build-system", "requires")):
        raise CatalogueFileError(
            f"{path.name}: [build-system] has no list `requires`; add it, with what the build needs"
        )


def _text(path: Path) -> str:
    """The content of a file; empty if there is none."""
    try:
        return read_regular(path).decode("utf-8") if path.exists() else ""
    except UnicodeDecodeError:
        raise CatalogueFileError(f"{path}: not valid UTF-8; save it as UTF-8") from None


def _made(path: Path, text: str) -> Step:
    if path.exists() and path.stat().st_size:
        return Step(path, "there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(path):
        if path.exists() and path.stat().st_size:  # in the meantime, by `registry add`
            return Step(path, "there already")
        write_atomically(path, text)
    return Step(path, "written")


def _faced(path: Path, name: str, package: str) -> Step:
    """Make the package export the models, in addition to what it already exports."""
    face = _FACE.format(package=package)
    before = _text(path)
    if not before.strip():
        return _made(path, _DOCSTRING.format(name=name) + face)
    if "_generated" in before or "__getattr__" in before:
        return Step(path, "there already")
    if "__all__" in before:
        face = face.replace("__all__, ", "")
    write_atomically(path, f"{before.rstrip()}\n\n{face}")
    return Step(path, "added to")


def _is_hatch(data: dict[str, Any]) -> bool:
    """Whether the build runs the generator; otherwise the generated files belong in Git."""
    backend = look_up(data, "build-system", "build-backend")
    return not data.get("build-system") or str(backend).startswith("hatchling")


def _ignoring(path: Path) -> Step:
    lines = read_regular(path).splitlines() if path.exists() else []
    ignored = _IGNORED.encode()
    if ignored in lines:
        return Step(path, "there already")
    done = "added to" if lines else "written"
    write_atomically(path, b"\n".join([*lines, ignored]) + b"\n")
    return Step(path, done)


def _configured(
    path: Path, data: dict[str, Any], name: str, output: str, extends: str | None
) -> Step:
    """Add the catalogue's configuration: the hook for Hatchling, the neutral table for others."""
    try:
        import tomlkit
    except ModuleNotFoundError:
        raise MissingExtraError("tomlkit", "cli") from None
    before = _text(path)
    # tomlkit types what is inside a document as Any or as an Item without keys.
    document: Any = tomlkit.parse(before)
    if not data.get("build-system"):
        _set(document, ("build-system", "requires"), ["hatchling", _REQUIREMENT])
        _set(document, ("build-system", "build-backend"), "hatchling.build")
    if not is_object(data.get("project")) and look_up(data, "tool", "poetry", "name") is None:
        _set(document, ("project", "name"), name)
        _set(document, ("project", "version"), "0.1.0")
        _set(document, ("project", "requires-python"), ">=3.11")
    is_hatch = _is_hatch(data)
    table = _HATCH if is_hatch else _ANY_BACKEND
    if is_hatch and not any("tessera-registry" in each for each in _requires(document)):
        document["build-system"]["requires"].append(_REQUIREMENT)
    _set(document, (*table, "catalogue"), "models.json")
    _set(document, (*table, "output"), output.removeprefix("./"))
    if extends is not None:
        _set(document, (*table, "extends"), extends)
    if str(look_up(data, "build-system", "build-backend")).startswith("setuptools"):
        # It includes Python and types by itself; this is what other catalogues extend.
        inside = output.removeprefix("./").removeprefix("src/").rpartition("/")[0]
        parts = f"{inside.replace('/', '.')}._generated_parts"
        _set(document, ("tool", "setuptools", "package-data", parts), ["models.json"])
    text = tomlkit.dumps(document)
    tomllib.loads(text)
    write_atomically(path, text)
    return Step(path, "added to" if before else "written")


def _requires(document: Any) -> list[str]:
    return [str(each) for each in document["build-system"].get("requires", [])]


def _set(document: Any, keys: tuple[str, ...], value: object) -> None:
    """Set a value, with the tables on the way to it; all but the last are only headings."""
    import tomlkit

    *tables, last = keys
    place = document
    for depth, key in enumerate(tables, 1):
        if key not in place:
            place[key] = tomlkit.table(is_super_table=depth < len(tables))
        place = place[key]
    place[last] = value
