"""How a generated answer ended, and a warning if it is empty."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.encoders.generator import Sampling, TextGenerator

# Thinking models leave their thoughts between these unless a server removes them.
_OPENED, _CLOSED = "<think>", "</think>"


class AnswerEnd:
    """Watches one answer of a generator; `reached` reports its end.

    Warns about an answer that reaches its maximum length before it has begun, mostly because
    thoughts used all of it: a program would take it for an answer.
    """

    def __init__(self, generator: TextGenerator, sampling: Sampling) -> None:
        self._generator = generator
        self._sampling = sampling
        self._begin = ""  # of the text, as long as only thoughts have come
        self._thoughts: list[str] = []
        self._answered = False
        generator.finish_reason = generator.thoughts = None

    def take(self, piece: str) -> str:
        """Note a piece, and return it."""
        if not self._answered:
            self._begin = (self._begin + piece).lstrip()
            thoughts, closed, answer = self._begin.partition(_CLOSED)
            if closed:
                self._answered = bool(answer.strip())
            else:
                self._answered = not _OPENED.startswith(thoughts[: len(_OPENED)])
        return piece

    def thinks(self, thoughts: str) -> None:
        """Thoughts came, apart from the text."""
        self._thoughts.append(thoughts)

    def reached(self, reason: str | None) -> None:
        """The answer is complete, or as long as it may be."""
        self._generator.finish_reason = reason
        self._generator.thoughts = "".join(self._thoughts) or None
        if reason == "length" and not self._answered:
            thought = bool(self._thoughts) or self._begin.startswith(_OPENED)
            warnings.warn(
                f"{self._generator.model.id}: the answer is empty: max_tokens "
                f"({self._sampling.max_tokens}) was used up{' by thinking' if thought else ''} "
                "before its first word; allow more",
                stacklevel=4,
            )
