"""Where this package keeps what it can recreate: the user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path

from registry.errors import MissingExtraError


def cache_folder(given: str | Path | None = None) -> Path:
    """The folder: as given, else REGISTRY_CACHE_DIR, else the usual one of the system.

    It need not exist. Raises MissingExtraError if the system's is needed and platformdirs is not
    installed.

    >>> cache_folder("elsewhere").name
    'elsewhere'
    """
    if named := given or os.environ.get("REGISTRY_CACHE_DIR"):
        return Path(named)
    try:
        from platformdirs import user_cache_path
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "platformdirs", "hub") from None
    return user_cache_path("tessera-registry", appauthor=False)
