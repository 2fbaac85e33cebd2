"""The small deterministic model behind the servers: words that follow a prompt, and vectors.

It babbles, but like a language model: at temperature 0 the same words each time, otherwise words
that depend on the seed; words are not only ASCII; texts that share words have similar vectors.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

# Letters of one, two, three and four bytes.
_WORDS = (
    *("the", "registry", "model", "vector", "query", "token", "naïve", "東京", "encoder"),
    *("late", "interaction", "dense", "sparse", "pinned", "revision", "🦙", "width", "checks"),
    *("every", "answer", "before", "it", "reaches", "a", "person"),
)


def babble(prompt: str, *, temperature: float, seed: int | None) -> Iterator[str]:
    """Endless words."""
    chance = random.Random(seed if temperature > 0 else prompt)
    # The prompt affects the words at any temperature.
    offset = int(_digest(prompt)[:8], 16)
    first = True
    while True:
        word = _WORDS[(offset + chance.randrange(len(_WORDS))) % len(_WORDS)]
        yield word if first else f" {word}"
        first = False


def until(
    words: Iterator[str], *, limit: int | None, stop: Sequence[str]
) -> Iterator[tuple[str, str | None]]:
    """(piece, finish reason) pairs, up to a limit of words or a stop text.

    A stop text is not part of the answer, so a piece that may be its beginning is held back.
    """
    held = ""
    for count, word in enumerate(words):
        if limit is not None and count == limit:
            yield held, "length"
            return
        held += word
        ends = [held.find(text) for text in stop if text in held]
        if ends:
            yield held[: min(ends)], "stop"
            return
        if not any(_may_begin(held, text) for text in stop):
            yield held, None
            held = ""
    yield held, "stop"


def _may_begin(held: str, stop: str) -> bool:
    return any(held.endswith(stop[:length]) for length in range(1, len(stop)))


def vector(text: str, width: int) -> list[float]:
    """The normalized sum of one vector per word."""
    total = [0.0] * width
    for word, count in Counter(text.lower().split() or [""]).items():
        total = [value + count * more for value, more in zip(total, _of(word, width), strict=True)]
    length = math.sqrt(sum(value * value for value in total))
    return [value / length for value in total]


@lru_cache(maxsize=4096)
def _of(word: str, width: int) -> list[float]:
    chance = random.Random(word)
    return [chance.gauss(0, 1) for _ in range(width)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
