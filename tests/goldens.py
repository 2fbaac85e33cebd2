"""Texts that were looked at once, and stay so: the files in tests/golden.

After a deliberate change, write them anew and read the diff:

    UPDATE_GOLDEN=1 python -m pytest ...
"""

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def compare(name: str, text: str) -> None:
    """Hold a text against tests/golden/NAME; UPDATE_GOLDEN=1 writes it there instead."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(text.encode("utf-8"))
    assert text == path.read_bytes().decode("utf-8"), "if this is right: UPDATE_GOLDEN=1"
