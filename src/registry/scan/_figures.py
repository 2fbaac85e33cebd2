"""Whether a number agrees with the catalogue, and what a number without a name must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.models.kinds import Registered
from registry.scan.meaning import Role
from registry.scan.mentions import Number, Scope

# Widths that are hardly ever a length or a batch size, for numbers without a name or context.
_TELLTALE = frozenset({384, 768, 1536, 3072})


def expected_number(value: int, role: Role, models: Sequence[Registered]) -> tuple[str, int] | None:
    """The field that a number contradicts and what the catalogue says; None if it agrees.

    A shorter length is a decision, a longer one is a mistake. A Matryoshka width is as
    good as the full one.

    >>> from registry import BGE_M3
    >>> expected_number(384, "dim", [BGE_M3]), expected_number(1024, "dim", [BGE_M3])
    (('embedding_dim', 1024), None)
    """
    said: tuple[str, int] | None = None
    for model in models:
        said = _contradicted(value, role, model)
        if said is None:
            return None
    return said


def _contradicted(value: int, role: Role, model: Registered) -> tuple[str, int] | None:
    if role == "dim":
        dim: int | None = getattr(model, "embedding_dim", None)
        shorter: tuple[int, ...] = getattr(model, "matryoshka_dims", ())
        # An API cuts vectors to any requested width.
        cuts = model.huggingface_id is None and dim is not None and value < dim
        return None if dim is None or cuts or value in (dim, *shorter) else ("embedding_dim", dim)
    context: int | None = getattr(model, "context_length", None)
    published: int | None = getattr(model, "max_sequence_length", None)
    lengths = [length for length in (context, published) if length is not None]
    claimed = role == "window" and hasattr(model, "embedding_dim")
    if not lengths or value in lengths or (value < max(lengths) and not claimed):
        return None
    return "context_length", max(lengths)


@dataclass
class Figures:
    """Numbers without a name, by the table they are in: {"BAAI/bge-m3": 1024, ...}.

    If at least half of a table are widths of the models next to them, all are taken for widths.
    """

    _widths: Counter[Scope] = field(default_factory=Counter[Scope])
    _all: Counter[Scope] = field(default_factory=Counter[Scope])

    def learn(self, number: Number, models: Sequence[Registered]) -> None:
        """Count a number and the models next to it."""
        if number.table is None or not models:
            return
        self._all[number.table] += 1
        if any(number.value == getattr(model, "embedding_dim", None) for model in models):
            self._widths[number.table] += 1

    def role(self, number: Number) -> Role | None:
        """The meaning of a number without a name, if it can be inferred."""
        if number.table is None:
            return None
        agreeing, every = self._widths[number.table], self._all[number.table]
        if agreeing and agreeing * 2 >= every:
            return "dim"
        return "dim" if every == 1 and number.value in _TELLTALE else None
