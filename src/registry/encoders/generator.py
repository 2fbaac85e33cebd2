"""Text generation: complete answers, and streams that can be stopped."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event
from typing import TypedDict, cast

from registry.encoders.base import checked_texts
from registry.encoders.closing import Closable
from registry.encoders.serving import Serving
from registry.errors import InputError
from registry.models.kinds import LlmLike


class Message(TypedDict):
    """One turn of a conversation."""

    role: str
    content: str


Prompt = str | Sequence[Message]

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How to choose words, and when to stop.

    temperature: from 0, the likeliest word each time, to 2.
    max_tokens: the longest answer.
    top_p: above 0, at most 1: choose among the likeliest words that add up to this probability.
    seed: the same number gives the same words, as far as the backend can guarantee it.
    stop: texts that end the answer and are not part of it.
    thinking: switches thinking on or off in a model that has a switch for it; None leaves it as it
    is.

    Raises InputError, which names every invalid field.

    >>> Sampling(temperature=0, stop=("END",)).max_tokens
    512
    """

    temperature: float = 0.7
    max_tokens: int = 512
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] = ()
    thinking: bool | None = None

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise InputError("; ".join(problems))

    def _problems(self) -> Iterator[str]:
        if not (_is_number(self.temperature) and 0 <= self.temperature <= 2):  # nor is NaN
            yield f"temperature should be a number from 0 to 2, not {self.temperature!r}"
        if not _is_whole(self.max_tokens, least=1):
            yield f"max_tokens should be a whole number from 1, not {self.max_tokens!r}"
        if self.top_p is not None and not (_is_number(self.top_p) and 0 < self.top_p <= 1):
            yield f"top_p should be a number above 0 and at most 1, not {self.top_p!r}"
        if self.seed is not None and not _is_whole(self.seed, least=0):
            yield f"seed should be a whole number from 0 to 2**63 - 1, not {self.seed!r}"
        if not _is_texts(self.stop):
            yield (
                "stop should be a tuple of non-empty texts that UTF-8 can encode, not "
                f"{self.stop!r}"
            )
        thinking: object = self.thinking  # a caller without a checker may give anything
        if thinking not in (True, False, None) or type(thinking) is int:
            yield f"thinking should be True, False or None, not {thinking!r}"


class TextGenerator(Closable, ABC):
    """Continues a prompt, or answers a conversation.

    A backend implements `_stream`, a generator of pieces of text; closing it must free what the
    stream holds, and an `AnswerEnd` records how it ended.

    `finish_reason` says why the last answer ended: "stop" (the model, or a text of `stop`),
    "length" (`max_tokens`, or the context is full), "content_filter" or whatever else a server
    reports; None before the first answer, after one that was not read to its end, and if the server
    does not say. `thoughts` are those of that answer, if a server sends them separately from its
    text. Of simultaneous answers, the one that ended last counts.
    """

    def __init__(self, model: LlmLike) -> None:
        self.model = model
        self.finish_reason: str | None = None
        self.thoughts: str | None = None
        self.serving: Serving | None = None

    def conversation_tokens(self, messages: Sequence[Message]) -> int | None:
        """How many tokens a conversation has; None if that cannot be determined."""
        return None

    @abstractmethod
    def _stream(self, prompt: str | list[Message], sampling: Sampling) -> Generator[str]:
        """Pieces of the answer as they come."""

    def generate(self, prompt: Prompt, sampling: Sampling | None = None) -> str:
        """The complete answer. A text is continued or, by a chat model, answered."""
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
        stopped = Event()
        pieces = self._stoppable(checked_prompt(prompt), sampling or Sampling(), stopped)
        import asyncio  # 20 ms, of every first vector

        loop, context = asyncio.get_running_loop(), copy_context()
        # One thread: a backend's thread-local or context state survives from piece to piece, and
        # what is submitted to it runs in order.
        thread = ThreadPoolExecutor(1, "registry-stream")

        def step() -> str | None:
            return context.run(next, pieces, None)

        try:
            while (piece := await loop.run_in_executor(thread, step)) is not None:
                yield piece
        finally:
            stopped.set()
            # Runs after the current piece. A second cancellation ends the wait, not this.
            closed = thread.submit(context.run, pieces.close)
            waited = loop.run_in_executor(thread, closed.result)
            thread.shutdown(wait=False)
            await waited

    def _stoppable(
        self, prompt: str | list[Message], sampling: Sampling, stopped: Event
    ) -> Generator[str]:
        """`_stream` for `astream`, which sets `stopped` once the caller stops reading.

        A backend whose pieces may take long should check it between its steps.
        """
        return self._stream(prompt, sampling)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: object, *, least: int) -> bool:
    # torch and the servers read whole numbers of 64 bits.
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**63


def _is_texts(values: object) -> bool:
    return isinstance(values, tuple) and all(
        isinstance(text, str) and text and not _SURROGATE.search(text)
        for text in cast("tuple[object, ...]", values)
    )


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
