"""How far a model reads, from two pairs of texts: no reference is needed.

Texts that differ only beyond the entry's limit have the same vector or score; those that differ
just within it have different vectors. That holds to the last digit, even at four bits.
"""

from __future__ import annotations

import numpy as np

from registry.probes.answering import Answers, Numbers
from registry.probes.texts import long_texts

# Cosines of one text encoded twice were 1 - 1e-7, even in batches of different widths and at four
# bits; those of texts that differ within the limit were 0.92 to 0.98.
_SAME = 0.99999
# Of a score, or of 1 for smaller ones: more than rounding to bfloat16 (0.4 %) changes it.
_SAME_SCORE = 0.01


def limits_found(answers: Answers) -> str | None:
    """What is wrong with how far a model reads; None if nothing is, or nothing shows."""
    if answers.reads is None:
        return None
    texts = long_texts(answers.reads)
    within = _pair(answers, texts.limit.name, texts.limit_twin.name)
    # Two texts may well have the same score.
    if within is not None and within[0].ndim and _same(*within):
        return (
            f"reads less than {min(answers.reads, _words(texts.limit.text)):,} tokens of a text, "
            f"but the registry states {answers.reads:,}"
        )
    if texts.far is None or texts.far_twin is None:
        return None
    beyond = _pair(answers, texts.far.name, texts.far_twin.name)
    if beyond is not None and not _same(*beyond):
        return f"reads further than the {answers.reads:,} tokens that the registry promises"
    return None


def _pair(answers: Answers, name: str, other: str) -> tuple[Numbers, Numbers] | None:
    one, two = answers.found.get(name), answers.found.get(other)
    return None if one is None or two is None else (one, two)


def _same(one: Numbers, two: Numbers) -> bool:
    if one.ndim == 0:
        return abs(float(one - two)) <= _SAME_SCORE * max(1.0, abs(float(one)), abs(float(two)))
    return float(one @ two / (np.linalg.norm(one) * np.linalg.norm(two) or 1)) >= _SAME


def _words(text: str) -> int:
    return len(text.split())
