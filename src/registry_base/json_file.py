"""A JSON file that may be anything: whether it is what its name suggests."""

from __future__ import annotations

import json
from pathlib import Path

from registry_base.regular_file import read_regular

_LARGEST = 64 * 2**20  # bytes; no catalogue comes near


def peek_json(path: Path) -> object:
    """What a JSON file holds; None for one that is not there, or not JSON.

    >>> peek_json(Path("no-such-file.json"))
    """
    try:
        data: object = json.loads(read_regular(path, _LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return data
