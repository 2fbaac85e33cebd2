"""Characters that a terminal obeys instead of showing them."""

from __future__ import annotations

import json
import re

ORDERS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and those that change the direction of text or break the line."""

# Those of them that the standard library leaves as they are in JSON. The others are layout.
_LEFT = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def json_text(data: object, *, ascii_only: bool = False) -> str:
    r"""Indented JSON, with a line feed at its end, that a terminal shows as it is.

    >>> json_text("caf\u00e9 \u202e\x9b") == '"caf\u00e9 \\u202e\\u009b"\n'
    True
    """
    text = json.dumps(data, indent=2, ensure_ascii=ascii_only)
    return _LEFT.sub(lambda match: f"\\u{ord(match.group()):04x}", text) + "\n"
