"""Texts in batches that a server takes: by number, by bytes, and halved where it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from registry.backends._refusal import RefusedError

_MOST_BYTES = 1 << 20
# What no smaller batch would change: keys, addresses, the wrong kind of model, too many requests.
_FINAL = (401, 403, 404, 405, 424, 429, 501, 503)

Answer = TypeVar("Answer")


class RefusedTextError(Exception):
    """A text that a server refuses alone, by its place in the list that was given."""

    def __init__(self, index: int, refusal: RefusedError) -> None:
        self.index = index
        self.refusal = refusal
        super().__init__(index)


def batches(texts: Sequence[str], size: int) -> Iterator[tuple[int, list[str]]]:
    """(place of the first, texts): at most `size` texts and some bytes at once.

    >>> list(batches(["a", "b", "c"], 2))
    [(0, ['a', 'b']), (2, ['c'])]
    """
    start, held, weight = 0, list[str](), 0
    for index, text in enumerate(texts):
        length = len(text.encode())
        if held and (len(held) == size or weight + length > _MOST_BYTES):
            yield start, held
            start, held, weight = index, [], 0
        held.append(text)
        weight += length
    if held:
        yield start, held


def halved(ask: Callable[[list[str]], Sequence[Any]], texts: list[str], start: int) -> list[Any]:
    """What `ask` gives for all texts; a batch that is refused is asked for in halves.

    Servers refuse a size in whatever words, and one bad text fails its whole batch. Raises
    RefusedTextError for a text that is refused alone, RefusedError where halves would not help.
    """
    try:
        return list(ask(texts))
    except RefusedError as refusal:
        if refusal.status in _FINAL:
            raise
        if len(texts) == 1:
            if not texts[0]:  # some refuse the empty text, of which a blank is as good
                return halved(ask, [" "], start)
            raise RefusedTextError(start, refusal) from None
    half = len(texts) // 2
    return [*halved(ask, texts[:half], start), *halved(ask, texts[half:], start + half)]
