"""Compare the tokens that a server has read with those in the lock: exact at any precision.

Measured: TEI, llama.cpp and Ollama count special tokens around a text, as the lock does; infinity
counts characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from registry.files.locked_probe import LockedAnswer
from registry.probes.rows import Cause
from registry.probes.texts import ProbeText

# A server may count this many more or fewer tokens around a text than its checkpoint has.
_AROUND = 3


@dataclass(frozen=True)
class Counts:
    """more: tokens beyond those in the lock, by text. changed: texts whose number differs."""

    more: Mapping[str, int] = field(default_factory=dict[str, int])
    changed: frozenset[str] = frozenset()
    cause: Cause | None = None


def compare_counts(
    found: Mapping[str, int], lock: Mapping[str, LockedAnswer], texts: Mapping[str, ProbeText]
) -> Counts:
    """Compare token counts with a probe; empty if the server counts something else.

    A server may leave out the tokens around a text, so what matters is whether all texts of a role
    differ by the same number. Where most differ otherwise, it counts words or the like: a tokenizer
    that different would show in all vectors.
    """
    known = {name: (found[name], each.tokens) for name, each in lock.items() if name in found}
    more = {name: has - wanted for name, (has, wanted) in known.items() if wanted is not None}
    if not more or all(found[name] >= len(texts[name].text) for name in more):
        return Counts()  # characters
    usual: dict[str, int] = {}
    odd: set[str] = set()
    for role in ("query", "document"):
        of_role = {name: each for name, each in more.items() if texts[name].role == role}
        if of_role:
            usual[role] = _usual(of_role.values())
            odd |= {name for name, each in of_role.items() if each != usual[role]}
    if len(odd) > len(more) / 2:
        return Counts()
    if any(texts[name].group != "marks" for name in odd):
        return Counts(more, frozenset(odd), "tokenizer")
    cause = _prompt(usual) or ("marks" if odd else None)
    roles = {"query prompt": ["query"], "document prompt": ["document"], "prompt": [*usual]}
    prompted = {name for name in more if texts[name].role in roles.get(cause or "", ())}
    return Counts(more, frozenset(odd | prompted), cause)


def better_cause(vectors: Cause | None, counts: Cause | None) -> Cause | None:
    """The more specific cause: what vectors or scores show, or what the tokens show."""
    if counts is None or vectors is None:
        return vectors or counts
    prompts = ("prompt", "query prompt", "document prompt")
    if vectors == "marks" or (vectors == "weights" and counts in prompts):
        return counts
    return vectors


def _usual(numbers: Iterable[int]) -> int:
    """The most frequent number; of several, the smallest."""
    counts = Counter(numbers)
    return min(counts, key=lambda each: (-counts[each], abs(each)))


def _prompt(usual: Mapping[str, int]) -> Cause | None:
    query, document = usual.get("query"), usual.get("document")
    if query is not None and document is not None and query != document:
        if abs(document) <= _AROUND:
            return "query prompt"
        return "document prompt" if abs(query) <= _AROUND else "prompt"
    return "prompt" if any(abs(each) > _AROUND for each in usual.values()) else None
