"""The small deterministic model behind the servers: words that follow a prompt, and vectors.

It babbles, but as a language model would: at temperature 0 the same words each time, otherwise
those that a seed gives; words are longer than ASCII; texts that share words have vectors that
are close.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence

# Letters of one, two, three and four bytes.
_WORDS = (
    *("the", "registry", "model", "vector", "query", "token", "naïve", "東京", "encoder"),
    *("late", "interaction", "dense", "sparse", "pinned", "revision", "🦙", "width", "checks"),
    *("every", "answer", "before", "it", "reaches", "a", "person"),
)


def babble(prompt: str, *, temperature: float, seed: int | None) -> Iterator[str]:
    """Words without end."""
    chance = random.Random(seed if temperature > 0 else prompt)
    # A prompt steers the words at any temperature.
    offset = int(_digest(prompt)[:8], 16)
    first = True
    while True:
        word = _WORDS[(offset + chance.randrange(len(_WORDS))) % len(_WORDS)]
        yield word if first else f" {word}"
        first = False


def until(
    words: Iterator[str], *, limit: int | None, stop: Sequence[str]
) -> Iterator[tuple[str, str | None]]:
    """(piece, why it ended): pieces up to a limit of words or to a text that stops.

    A text that stops is not part of the answer, so a piece that may be its beginning waits.
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
    """A vector of length 1 that is the sum of one for each word."""
    total = [0.0] * width
    for word, count in Counter(text.lower().split() or [""]).items():
        chance = random.Random(word)
        total = [value + count * chance.gauss(0, 1) for value in total]
    length = math.sqrt(sum(value * value for value in total))
    return [value / length for value in total]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
