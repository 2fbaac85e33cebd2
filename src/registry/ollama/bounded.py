"""Keep answers of an Ollama server within their budgets: hooks for the clients of httpx.

The library's client reads a response to its end before returning any of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpx

from registry.budgets import CONVERSATION, METADATA, PROGRESS, VECTORS, Budget, Meter, within
from registry.network import check_redirect

_BUDGETS = {
    "/api/chat": CONVERSATION,
    "/api/generate": CONVERSATION,
    "/api/embed": VECTORS,
    "/api/create": PROGRESS,
    "/api/pull": PROGRESS,
}


def hooks() -> dict[str, Any]:
    """Settings of an httpx.Client under which no answer is larger, or slower, than it may be."""
    return {"event_hooks": {"request": [_ask_plainly], "response": [_bound]}}


def async_hooks() -> dict[str, Any]:
    """The same for an httpx.AsyncClient."""
    return {"event_hooks": {"request": [_ask_plainly_async], "response": [_bound_async]}}


class _Bounded(httpx.SyncByteStream):
    """The body of an answer, unpacked."""

    def __init__(self, stream: httpx.SyncByteStream, budget: Budget, encoding: str) -> None:
        self._stream = stream
        self._pieces = within(stream, budget, encoding)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._stream.close()


class _AsyncBounded(httpx.AsyncByteStream):
    """The same in an event loop, as it was packed: nothing else was asked for."""

    def __init__(self, stream: httpx.AsyncByteStream, budget: Budget) -> None:
        self._stream = stream
        self._meter = Meter(budget)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._meter.take(len(piece))
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Unread(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a redirect, which is not needed but would be read to its end."""

    def __init__(self, stream: object) -> None:
        self._stream: Any = stream  # of either kind

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        nothing: tuple[bytes, ...] = ()
        for piece in nothing:
            yield piece

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()


def _budget(request: httpx.Request) -> Budget:
    return _BUDGETS.get(request.url.path, METADATA)


def _ask_plainly(request: httpx.Request) -> None:
    request.headers["accept-encoding"] = "identity"


async def _ask_plainly_async(request: httpx.Request) -> None:
    _ask_plainly(request)


def _check(response: httpx.Response) -> None:
    asked, location = response.request, response.headers.get("location")
    check_redirect(response.status_code, asked.method, f"{asked.url}", location)


def _bound(response: httpx.Response) -> None:
    _check(response)
    if response.has_redirect_location:
        response.stream = _Unread(response.stream)
        return
    encoding = response.headers.pop("content-encoding", "")
    stream = cast("httpx.SyncByteStream", response.stream)
    response.stream = _Bounded(stream, _budget(response.request), encoding)


async def _bound_async(response: httpx.Response) -> None:
    _check(response)
    if response.has_redirect_location:
        response.stream = _Unread(response.stream)
        return
    stream = cast("httpx.AsyncByteStream", response.stream)
    response.stream = _AsyncBounded(stream, _budget(response.request))
