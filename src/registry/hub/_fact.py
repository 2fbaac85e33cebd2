"""A fact: a value, where it was read, and how it is known; and how facts are collected."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal["stated", "computed", "inferred"]
"""A file says it; arithmetic over what files say; a guess from a weak hint."""


@dataclass(frozen=True)
class Fact:
    """A value for one field, the file (and key) it was read from, and how it is known.

    >>> Fact(384, "config.json: hidden_size").kind
    'stated'
    """

    value: Any  # JSON data; the schema of catalogues says which
    origin: str
    kind: Kind = "stated"


def computed(value: Any, origin: str) -> Fact:
    """A fact from arithmetic over stated facts."""
    return Fact(value, origin, "computed")


def inferred(value: Any, origin: str) -> Fact:
    """A guess from a weak hint: it may fill a gap, and never overwrites anything."""
    return Fact(value, origin, "inferred")


def as_guess(fact: Fact | None) -> Fact | None:
    """The same fact, as one that is inferred."""
    return None if fact is None else replace(fact, kind="inferred")


@dataclass
class Findings:
    """Facts by dotted path of the catalogue, and why others are unknown."""

    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    unknown: dict[str, str] = field(default_factory=dict[str, str])

    def put(self, path: str, fact: Fact | None, otherwise: str = "") -> None:
        """Keep a fact; if there is none, `otherwise` says why, if that is worth reporting."""
        if fact is not None:
            self.facts[path] = fact
            self.unknown.pop(path, None)
        elif otherwise and path not in self.facts:
            self.unknown[path] = otherwise

    def note(self, path: str, what: str) -> None:
        """Note which part of a fact could not be used."""
        self.unknown[path] = what

    def value(self, path: str) -> Any:
        """The value found for a path, or None."""
        fact = self.facts.get(path)
        return None if fact is None else fact.value
