"""One value in a settings file, wherever it is."""

from __future__ import annotations

from dataclasses import dataclass

from registry.scan.mentions import Chain


@dataclass(frozen=True)
class Scalar:
    """A text or number without its quotes, and the place of its first character.

    keys: what it is under, the innermost first; for an item of a list, those of the list.
    """

    text: str
    line: int
    column: int
    keys: tuple[str, ...]
    scopes: Chain
    is_key: bool = False
