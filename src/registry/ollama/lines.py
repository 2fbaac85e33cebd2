"""Streams of an Ollama server: one JSON object per line, split only at line feeds.

The client's own reader takes U+0085 and the like inside a text for the end of a line.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator, Iterator
from typing import TYPE_CHECKING, Any, cast

from registry.budgets import CONVERSATION, METADATA, Meter
from registry.libraries.ollama import library

if TYPE_CHECKING:
    import httpx

Line = dict[str, Any]  # as free as the protocol is
_MOST = 64 * 1024  # bytes of a refusal that are read


class _Lines:
    """What has come of a stream; raises what the client raises for an error in it."""

    def __init__(self) -> None:
        self._rest = b""
        self._meter = Meter(CONVERSATION)

    def feed(self, piece: bytes) -> Iterator[Line]:
        self._meter.take(len(piece))
        *lines, self._rest = (self._rest + piece).split(b"\n")
        return self._read(lines)

    def close(self) -> Iterator[Line]:
        return self._read([self._rest])

    def _read(self, lines: list[bytes]) -> Iterator[Line]:
        for line in lines:
            if line.strip():
                found: object = json.loads(line)
                if not isinstance(found, dict):
                    raise TypeError("a line is not an object")
                fields = cast("Line", found)
                if fields.get("error"):
                    raise library().ResponseError(json.dumps(fields))
                yield fields


def stream(client: httpx.Client, path: str, body: Line) -> Generator[Line]:
    """The lines of an answer, up to the one that is `done`; closing hangs up."""
    lines = _Lines()
    with client.stream("POST", path, json=body) as answer:
        if answer.status_code >= 400:
            whole = b""
            for piece in answer.iter_bytes():
                whole += piece
                if len(whole) > _MOST:
                    break
            raise _refused(answer, whole)
        for piece in answer.iter_bytes():
            for line in lines.feed(piece):
                yield line
                if line.get("done"):
                    return
        yield from lines.close()


async def astream(client: httpx.AsyncClient, path: str, body: Line) -> AsyncGenerator[Line]:
    """`stream` in the event loop."""
    lines = _Lines()
    async with client.stream("POST", path, json=body) as answer:
        if answer.status_code >= 400:
            whole = b""
            async for piece in answer.aiter_bytes():
                whole += piece
                if len(whole) > _MOST:
                    break
            raise _refused(answer, whole)
        async for piece in answer.aiter_bytes():
            for line in lines.feed(piece):
                yield line
                if line.get("done"):
                    return
        for line in lines.close():
            yield line


def ask(client: httpx.Client, path: str, body: Line) -> Line:
    """One answer that is not a stream, within the budget for facts about a model."""
    meter, pieces = Meter(METADATA), list[bytes]()
    with client.stream("POST", path, json=body) as answer:
        for piece in answer.iter_bytes():
            meter.take(len(piece))
            pieces.append(piece)
        whole = b"".join(pieces)
        if answer.status_code >= 400:
            raise _refused(answer, whole)
    found: object = json.loads(whole)
    if not isinstance(found, dict):
        raise TypeError("an answer is not an object")
    fields = cast("Line", found)
    if fields.get("error"):
        raise library().ResponseError(json.dumps(fields))
    return fields


def error_in_place(error: Exception) -> str | None:
    """The error that came where the client expected an answer, with a status of success."""
    # Of pydantic, which the client reads answers with.
    problems: Any = getattr(error, "errors", None)
    found = cast("list[Any]", problems()) if callable(problems) else []
    for each in found:
        given: object = each.get("input")
        if isinstance(given, dict) and cast("Line", given).get("error"):
            return json.dumps(given)
    return None


def _refused(answer: httpx.Response, body: bytes) -> Exception:
    """What the client raises for an answer of that status."""
    text = body[:_MOST].decode("utf-8", "replace")
    error: Exception = library().ResponseError(text, answer.status_code)
    return error
