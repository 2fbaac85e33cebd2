"""The response at the end of redirects, whose bodies are never read: one may be endless.

The library's client would read them completely. It still decides where a redirect leads and with
which headers: a key goes to no other host.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from registry.backends._openai_logs import unlogged_query
from registry.network import RedirectError, check_redirect

_MOST = 10


@contextmanager
def answered(session: Any, request: Any) -> Generator[Any]:  # of httpx2, which only extras bring
    """A response whose body is yet unread; leaving closes it. Raises TooManyRedirects."""
    for _ in range(_MOST):
        with unlogged_query(request):
            answer = session.send(request, stream=True, follow_redirects=False)
        try:
            _check(answer)
        except RedirectError:
            answer.close()
            raise
        request = answer.next_request
        if request is None:
            break
        answer.close()
    else:
        raise _endless()
    try:
        yield answer
    finally:
        answer.close()


@asynccontextmanager
async def aanswered(session: Any, request: Any) -> AsyncGenerator[Any]:  # as above
    """`answered` in the event loop."""
    for _ in range(_MOST):
        with unlogged_query(request):
            answer = await session.send(request, stream=True, follow_redirects=False)
        try:
            _check(answer)
        except RedirectError:
            await answer.aclose()
            raise
        request = answer.next_request
        if request is None:
            break
        await answer.aclose()
    else:
        raise _endless()
    try:
        yield answer
    finally:
        await answer.aclose()


def _check(answer: Any) -> None:
    asked = answer.request
    check_redirect(answer.status_code, asked.method, f"{asked.url}", answer.headers.get("location"))


def _endless() -> Exception:
    import httpx2

    return httpx2.TooManyRedirects(f"more than {_MOST} redirects")
