"""The content of a file in any format: names, numbers, and which belong together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from registry.scan.meaning import Role

_DEEP = 8  # scopes and keys that still say something about their content
_NEAR = 10  # lines between assignments that still belong together


@dataclass(frozen=True)
class Span:
    """Where something is: lines and columns from 1, in characters; `end` is exclusive."""

    line: int
    column: int
    end: int
    cell: int | None = None


@dataclass(frozen=True)
class Scope:
    """What belongs together: a call, a dict, a class, a block of statements.

    reach: how many lines apart; None is any number.
    """

    number: int
    reach: int | None = None


Chain = tuple[Scope, ...]
"""The scopes around something, the innermost first."""


def inside(scope: Scope, chain: Chain) -> Chain:
    """The scopes inside one more, without those that are far away."""
    return (scope, *chain[: _DEEP - 1])


def under(key: str | None, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys under one more."""
    return keys if key is None else (key, *keys[: _DEEP - 1])


@dataclass(frozen=True)
class Mention:
    """A text that may name a model.

    in_context: its surroundings say that it does. kind: its type, if that is stated. loads: weights
    are loaded by this name. pinned: at a given revision.
    """

    text: str
    span: Span
    scopes: Chain = ()
    in_context: bool = False
    kind: str | None = None
    loads: bool = False
    pinned: bool = False
    label: str = ""


@dataclass(frozen=True)
class Number:
    """A whole number, and its role; None if only its neighbors in `table` can tell."""

    value: int
    span: Span
    scopes: Chain
    role: Role | None
    table: Scope | None = None
    label: str = ""


@dataclass
class Content:
    """All that a file says."""

    mentions: list[Mention] = field(default_factory=list[Mention])
    numbers: list[Number] = field(default_factory=list[Number])
    indirect: list[Mention] = field(default_factory=list[Mention])
    """Loads by a variable that the file sets elsewhere: only their revision counts."""
    scopes: Iterator[int] = field(default_factory=count)

    def scope(self, reach: int | None = None) -> Scope:
        """A new scope."""
        return Scope(next(self.scopes), reach)

    def block(self) -> Scope:
        """A new scope of statements, which belong together if they are close."""
        return self.scope(_NEAR)
