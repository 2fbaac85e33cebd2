"""What all encoders share: checking texts, choosing a batch size, knowing when to show progress."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal

from registry.errors import InputError

Role = Literal["query", "document"]

DEFAULT_BATCH_SIZE = 32
# Below this many texts a progress bar only flickers.
LONG_WORK = 256


def checked_texts(texts: Sequence[str]) -> list[str]:
    """The texts as a list, if a tokenizer can read every one of them.

    Raises InputError naming the first that is no text, or holds half a surrogate pair.

    >>> checked_texts(["one", "two"])
    ['one', 'two']
    """
    if isinstance(texts, str):
        raise InputError("give a list of texts, not one text: its letters would be encoded")
    found: list[object] = list(texts)  # a caller without a checker may give anything
    checked: list[str] = []
    for index, text in enumerate(found):
        if not isinstance(text, str):
            raise InputError(f"text {index} is {type(text).__name__}, not text")
        checked.append(text)
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError(
                f"text {index} holds half a surrogate pair at position {error.start}; "
                'it cannot be UTF-8: clean it with text.encode("utf-8", "replace").decode()'
            ) from None
    return checked


def shows_progress(wanted: bool | None, count: int) -> bool:
    """Whether to show a bar: as told, else for long work that somebody watches."""
    if wanted is not None:
        return wanted
    return count >= LONG_WORK and sys.stderr.isatty()
