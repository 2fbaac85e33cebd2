"""A JSON file that may be anything: whether it is what its name suggests."""

from __future__ import annotations

import json
from pathlib import Path

_LARGEST = 64 * 2**20  # bytes; no catalogue comes near


def peek_json(path: Path) -> object:
    """What a JSON file holds; None for one that is not there, or not JSON.

    >>> peek_json(Path("no-such-file.json"))
    """
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        data: object = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data
