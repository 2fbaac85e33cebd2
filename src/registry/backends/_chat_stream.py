"""Server-sent events of chat completions: from bytes to words, and to the end of an answer.

An answer ends with the first non-empty `finish_reason`, or with `[DONE]`; the rest is ignored.
Lines end only at HTTP line ends: U+2028 inside a text is text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import cast

from registry.budgets import CONVERSATION, Meter
from registry.server_words import server_words
from registry_base.json_shapes import is_object

_LINE_END = re.compile(rb"\r\n|\n|\r")
_DONE = "[DONE]"
# The name of thoughts in vLLM, SGLang and llama.cpp, and in OpenRouter and Ollama.
_THOUGHTS = ("reasoning_content", "reasoning")


class ErrorEventError(Exception):
    """An error in place of a word, in the server's own words."""


class NoCompletionError(Exception):
    """Something that is not a chat completion; the message says what."""


class ChatStream:
    """The part of an answer that has arrived.

    ended: whether its end has arrived. reason: why it ended, in the server's words; None if it does
    not say. thoughts: those that arrived, separate from the text.
    """

    def __init__(self) -> None:
        self.ended = False
        self.reason: str | None = None
        self.thoughts = ""
        self._rest = b""
        self._meter = Meter(CONVERSATION)
        self._data: list[str] = []
        self._event = ""

    def feed(self, piece: bytes) -> Iterator[str]:
        """The words in a piece, up to the end of the answer.

        Raises ErrorEventError, NoCompletionError and OverBudgetError.
        """
        self._meter.take(len(piece))
        self._rest += piece
        # A carriage return at the end may be half of a line end.
        held = b"\r" if self._rest.endswith(b"\r") else b""
        *lines, rest = _LINE_END.split(self._rest.removesuffix(held))
        self._rest = rest + held
        yield from self._lines(lines)

    def close(self) -> Iterator[str]:
        """The content of a last line without its end, or without the blank line after it."""
        last, self._rest = self._rest.rstrip(b"\r"), b""
        yield from self._lines([last, b""])

    def _lines(self, lines: list[bytes]) -> Iterator[str]:
        for line in lines:
            if self.ended:
                return
            try:
                yield from self._line(line.decode("utf-8"))
            except UnicodeDecodeError:
                raise NoCompletionError("it sent text that is not valid UTF-8") from None

    def _line(self, line: str) -> Iterator[str]:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if self._data:
                raise self._meaningless()
            self._event = ""
        elif name == "event":
            self._event = value
        elif name == "error":  # in llama.cpp before 2025
            raise ErrorEventError(server_words(value))
        elif name == "data":
            self._data.append(value)
            yield from self._complete("\n".join(self._data))

    def _complete(self, data: str) -> Iterator[str]:
        """Words of an event, if its data is complete: it may come in several lines."""
        if data.strip() == _DONE:
            self.ended, self._data = True, []
            return
        try:
            found: object = json.loads(data)
        except (ValueError, RecursionError):
            if self._event == "error":
                raise ErrorEventError(server_words(data)) from None
            return  # what is missing may be in the next line
        self._data = []
        if self._event == "error":
            raise ErrorEventError(server_words(found))
        yield from self._chunk(found)

    def _chunk(self, chunk: object) -> Iterator[str]:
        if not isinstance(chunk, dict):
            raise self._meaningless()
        fields = cast("dict[str, object]", chunk)
        # vLLM's errors have no such field, but `object` is "error".
        if fields.get("error") or fields.get("object") == "error":
            raise ErrorEventError(server_words(fields))
        choices = fields.get("choices")
        if choices is None and (fields.get("detail") or fields.get("message")):
            raise ErrorEventError(server_words(fields))
        # A last part may hold nothing but the usage.
        for choice in cast("list[object]", choices) if isinstance(choices, list) else ():
            if not isinstance(choice, dict):
                raise self._meaningless()
            yield from self._choice(cast("dict[str, object]", choice))

    def _choice(self, choice: dict[str, object]) -> Iterator[str]:
        delta = choice.get("delta")
        if isinstance(delta, dict):
            said = cast("dict[str, object]", delta)
            self.thoughts += next((t for n in _THOUGHTS if (t := _text(said.get(n)))), "")
            if text := _text(said.get("content")):
                yield text
        reason = choice.get("finish_reason")
        if reason:  # "" comes with every part of some servers
            self.ended, self.reason = True, str(reason)

    def _meaningless(self) -> NoCompletionError:
        self._data = []
        return NoCompletionError("it sent something that is not a chat completion")


def _text(content: object) -> str:
    """Words as a text, or as a list of parts of which some are text."""
    if isinstance(content, list):
        parts = [each for each in cast("list[object]", content) if is_object(each)]
        return "".join(_text(each.get("text")) for each in parts)
    return content if isinstance(content, str) else ""
