"""How the facts of an entry are known: the name of a source begins with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Known = Literal["stated", "computed", "inferred", "unverified"]
"""A source says it; arithmetic over what sources say; a guess from a weak hint; recall."""

_ORDER: tuple[Known, ...] = ("stated", "computed", "inferred", "unverified")


def known_by(source: str) -> Known:
    """How a fact from a source is known.

    >>> known_by("Hub: config.json"), known_by("inferred: a text-only architecture")
    ('stated', 'inferred')
    """
    for kind in _ORDER[1:]:
        if source.startswith(f"{kind}:"):
            return kind
    return "stated"


def best_known(sources: Iterable[str]) -> Known | None:
    """How a fact from several sources is known: as well as by the best of them.

    >>> best_known(["computed: bytes over width", "Hub: config.json"]), best_known([])
    ('stated', None)
    """
    known = {known_by(source) for source in sources}
    for kind in _ORDER:
        if kind in known:
            return kind
    return None
