"""Text generation: whole answers and streams that may be stopped."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from typing import TypedDict

from registry.encoders.base import checked_texts
from registry.errors import InputError
from registry.kinds import LlmLike


class Message(TypedDict):
    """One turn of a conversation."""

    role: str
    content: str


Prompt = str | Sequence[Message]


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How to choose words.

    `temperature` 0 takes the likeliest word each time; `max_tokens` is the longest answer.
    """

    temperature: float = 0.7
    max_tokens: int = 512
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.temperature <= 2:
            raise InputError(f"temperature should be between 0 and 2, not {self.temperature}")
        if self.max_tokens < 1:
            raise InputError(f"max_tokens should be at least 1, not {self.max_tokens}")


class TextGenerator(ABC):
    """Continues a prompt, or answers a conversation.

    A backend implements `_stream`, a generator of pieces of text; closing it must free what
    the stream holds.
    """

    def __init__(self, model: LlmLike) -> None:
        self.model = model

    @abstractmethod
    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        """Pieces of the answer as they come."""

    def close(self) -> None:  # noqa: B027 - most backends hold nothing that Python would not free
        """Free what the model holds."""

    def generate(self, prompt: Prompt, sampling: Sampling | None = None) -> str:
        """The whole answer. A text is continued or, by a chat model, answered."""
        with closing(self.stream(prompt, sampling)) as pieces:
            return "".join(pieces)

    def stream(self, prompt: Prompt, sampling: Sampling | None = None) -> Generator[str]:
        """Pieces of the answer as they come. Closing the generator stops the model.

        ```
        with contextlib.closing(generator.stream("Once")) as pieces:
            for piece in pieces: ...
        ```
        """
        return self._stream(checked_prompt(prompt), sampling or Sampling())

    async def agenerate(self, prompt: Prompt, sampling: Sampling | None = None) -> str:
        """`generate` without blocking the event loop; cancelling stops the model."""
        async with aclosing(self.astream(prompt, sampling)) as pieces:
            return "".join([piece async for piece in pieces])

    async def astream(
        self, prompt: Prompt, sampling: Sampling | None = None
    ) -> AsyncGenerator[str]:
        """`stream` without blocking the event loop; closing or cancelling stops the model."""
        pieces = self.stream(prompt, sampling)
        step: asyncio.Future[str | None] | None = None
        try:
            while True:
                step = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
                # A cancelled wait must not abandon a generator that is running in its thread.
                piece = await asyncio.shield(step)
                if piece is None:
                    return
                yield piece
        finally:
            if step is not None and not step.done():
                await asyncio.wait([step])
            await asyncio.to_thread(pieces.close)


def checked_prompt(prompt: Prompt) -> str | list[Message]:
    """A prompt that a tokenizer can read. Raises InputError."""
    if isinstance(prompt, str):
        return checked_texts([prompt])[0]
    messages = list(prompt)
    if not messages:
        raise InputError("a conversation needs at least one message")
    for index, message in enumerate(messages):
        if not {"role", "content"} <= set(message):
            raise InputError(f"message {index} needs a role and a content")
    checked_texts([message["role"] for message in messages])
    checked_texts([message["content"] for message in messages])
    return messages
