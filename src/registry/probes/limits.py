"""How far a model reads, from two pairs of texts: no reference is needed.

Texts that differ only beyond the entry's limit have the same vector; those that differ just within
it have different ones. That holds to the last digit, even at four bits.
"""

from __future__ import annotations

import numpy as np

from registry.probes.answering import Answers, Numbers
from registry.probes.texts import long_texts

# Cosines of one text encoded twice were 1 - 1e-7, even in batches of different widths and at four
# bits; those of texts that differ within the limit were 0.92 to 0.98.
_SAME = 0.99999


def limits_found(answers: Answers) -> str | None:
    """What is wrong with how far a model reads; None if nothing is, or nothing shows."""
    if answers.reads is None:
        return None
    texts = long_texts(answers.reads)
    within = _cosine(answers, texts.limit.name, texts.limit_twin.name)
    if within is not None and within > _SAME:
        return (
            f"reads less than {min(answers.reads, _words(texts.limit.text)):,} tokens of a text, "
            f"but the registry states {answers.reads:,}"
        )
    if texts.far is None or texts.far_twin is None:
        return None
    beyond = _cosine(answers, texts.far.name, texts.far_twin.name)
    if beyond is not None and beyond < _SAME:
        return f"reads further than the {answers.reads:,} tokens that the registry promises"
    return None


def _cosine(answers: Answers, name: str, other: str) -> float | None:
    pair: list[Numbers] = [answers.found[each] for each in (name, other) if each in answers.found]
    if len(pair) < 2 or pair[0].ndim == 0:
        return None  # two texts may well have the same score
    one, two = pair
    return float(one @ two / (np.linalg.norm(one) * np.linalg.norm(two) or 1))


def _words(text: str) -> int:
    return len(text.split())
