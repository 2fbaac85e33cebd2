"""Where our own data files are: the schema and the public catalogue.

In a wheel they are package data; in a checkout (and an editable install of it) they are
the files at the top of the repository.
"""

import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

MERGED_NAME = "models.json"
"""What a generated module was made from, among its parts."""
PARTS = "_parts"
"""Suffix of a generated module's name in the name of the folder of its parts."""

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def schema_path() -> Path:
    """The JSON Schema of catalogues."""
    packaged = _PACKAGE / "models.schema.json"
    return packaged if packaged.is_file() else _CHECKOUT / "schema" / "models.schema.json"


def packaged_catalogue(package: str) -> Path | None:
    """The catalogue inside an importable package (`registry` is ours), if it has one.

    The source of a generated module is among its parts, with everything that it extends; a
    package may also carry a plain models.json. Nothing is imported.
    """
    if package == "registry" and (_CHECKOUT / "models.json").is_file():
        return _CHECKOUT / "models.json"
    for folder in _folders(package):
        for path in (*sorted(folder.glob(f"*{PARTS}/{MERGED_NAME}")), folder / MERGED_NAME):
            if path.is_file():
                return path
    return None


def _folders(package: str) -> list[Path]:
    """Where a package is. `importlib.util.find_spec` would import its parents."""
    path: list[str] | None = None
    name = ""
    for part in package.split("."):
        name = f"{name}.{part}" if name else part
        try:
            spec = _find(name, path)
        except (ImportError, ValueError, AttributeError):
            return []
        if spec is None or spec.submodule_search_locations is None:
            return []
        path = list(spec.submodule_search_locations)
    return [Path(folder) for folder in path or ()]


def _find(name: str, path: list[str] | None) -> ModuleSpec | None:
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        spec: ModuleSpec | None = find_spec(name, path) if find_spec is not None else None
        if spec is not None:
            return spec
    return None
