"""Where our own data files lie: the schema and the public catalogue.

In a wheel they are package data; in a checkout (and an editable install of it) they are
the files at the top of the repository.
"""

import importlib.util
from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parents[1]


def schema_path() -> Path:
    """The JSON Schema of catalogues."""
    packaged = _PACKAGE / "models.schema.json"
    return packaged if packaged.is_file() else _CHECKOUT / "schema" / "models.schema.json"


def packaged_catalogue(package: str) -> Path | None:
    """The `models.json` inside an importable package (`registry` is ours), if it has one.

    The package is found, not imported.
    """
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    folders = list(spec.submodule_search_locations or ()) if spec else []
    candidates = [Path(folder) / "models.json" for folder in folders]
    if package == "registry":
        candidates.append(_CHECKOUT / "models.json")
    return next((path for path in candidates if path.is_file()), None)
