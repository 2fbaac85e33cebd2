"""A fact: a value, and where it was read; and how facts are collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """A value for one field, and the file (and key) it was read from.

    >>> Fact(384, "config.json: hidden_size").origin
    'config.json: hidden_size'
    """

    value: Any  # JSON data; the schema of catalogues says which
    origin: str


@dataclass
class Findings:
    """Facts by dotted path of the catalogue, and why others are unknown."""

    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    unknown: dict[str, str] = field(default_factory=dict[str, str])

    def put(self, path: str, fact: Fact | None, otherwise: str = "") -> None:
        """Keep a fact; where there is none, `otherwise` says why, if that is worth saying."""
        if fact is not None:
            self.facts[path] = fact
            self.unknown.pop(path, None)
        elif otherwise and path not in self.facts:
            self.unknown[path] = otherwise

    def value(self, path: str) -> Any:
        """The value found for a path, or None."""
        fact = self.facts.get(path)
        return None if fact is None else fact.value
