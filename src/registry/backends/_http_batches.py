"""Texts in batches that a server accepts: by number, by bytes, and halved if it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from registry.backends._refusal import RefusedError

_MOST_BYTES = 1 << 20
_MOST_ANSWER = 64 << 20
_NUMBER = 25  # bytes of a float64 in JSON at most
# Not fixed by smaller batches: keys, addresses, too many requests, a server behind a proxy.
_FINAL = (401, 403, 404, 405, 408, 429, 501, 502, 503, 504)
# TEI answers 424 then, but also if its backend fails on one batch.
_WRONG_KIND = re.compile(r"model is not an? ", re.IGNORECASE)

Answer = TypeVar("Answer")


class RefusedTextError(Exception):
    """A text that a server refuses alone, by its position in the given list."""

    def __init__(self, index: int, refusal: RefusedError) -> None:
        self.index = index
        self.refusal = refusal
        super().__init__(index)


def most_texts(size: int, width: int) -> int:
    """At most `size` texts, fewer if a response with their vectors would be very large.

    >>> most_texts(2_000, 384), most_texts(2_000, 4_096)
    (2000, 655)
    """
    return max(1, min(size, _MOST_ANSWER // (_NUMBER * width)))


def batches(
    texts: Sequence[str], size: int, *, alone: int | None = None
) -> Iterator[tuple[int, list[str]]]:
    """(position of the first, texts): at most `size` texts and some bytes at once.

    alone: texts of more bytes than that get a batch of their own.

    >>> list(batches(["a", "b", "c"], 2)), list(batches(["a", "long", "c"], 9, alone=3))
    ([(0, ['a', 'b']), (2, ['c'])], [(0, ['a']), (1, ['long']), (2, ['c'])])
    """
    start, held, weight, full = 0, list[str](), 0, False
    for index, text in enumerate(texts):
        length = len(text.encode())
        long = alone is not None and length > alone
        full = full or long or len(held) == size or weight + length > _MOST_BYTES
        if held and full:
            yield start, held
            start, held, weight = index, [], 0
        full = long
        held.append(text)
        weight += length
    if held:
        yield start, held


def halved(ask: Callable[[list[str]], Sequence[Any]], texts: list[str], start: int) -> list[Any]:
    """What `ask` returns for all texts; a refused batch is sent again in halves.

    Servers word such refusals differently, and one bad text fails its whole batch. Raises
    RefusedTextError for a text that is refused alone, RefusedError if halves would not help; also
    if a server in trouble (500 and above) refuses the next text, too.
    """
    try:
        return list(ask(texts))
    except RefusedError as refusal:
        if refusal.status in _FINAL or _WRONG_KIND.search(refusal.body):
            raise
        if len(texts) == 1:
            if not texts[0]:  # some refuse the empty text; a blank is equivalent
                return halved(ask, [" "], start)
            raise RefusedTextError(start, refusal) from None
    half = len(texts) // 2
    try:
        first = halved(ask, texts[:half], start)
    except RefusedTextError as error:
        if half == 1 and error.refusal.status >= 500 and _refuses(ask, texts[1]):
            raise error.refusal from None
        raise
    return [*first, *halved(ask, texts[half:], start + half)]


def _refuses(ask: Callable[[list[str]], Sequence[Any]], text: str) -> bool:
    try:
        ask([text])
    except RefusedError:
        return True
    return False
