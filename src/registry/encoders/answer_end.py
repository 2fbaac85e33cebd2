"""How an answer ended, for the generator that gave it, and a warning where nothing came of it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.encoders.generator import Sampling, TextGenerator

# Between these, models that think leave their thoughts in the text unless a server takes them out.
_OPENED, _CLOSED = "<think>", "</think>"


class AnswerEnd:
    """Watches one answer of a generator go by; `reached` says that its end came.

    An answer that ends for its length before it has begun, mostly because thoughts took all of
    it, is warned about: a program would take it for one.
    """

    def __init__(self, generator: TextGenerator, sampling: Sampling) -> None:
        self._generator = generator
        self._sampling = sampling
        self._begin = ""  # of the text, as long as nothing but thoughts has come
        self._thoughts: list[str] = []
        self._answered = False
        generator.finish_reason = generator.thoughts = None

    def take(self, piece: str) -> str:
        """The same piece, seen."""
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
        """The answer is whole, or as long as it may be."""
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
