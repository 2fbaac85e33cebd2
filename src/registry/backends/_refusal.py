"""Responses that are refusals, with the useful part of their bodies, or that are not JSON."""

from __future__ import annotations

from typing import Any

from registry.network import retry_after

_MOST = 64 * 1024  # bytes; more is not a sentence


class RefusedError(Exception):
    """The server answered with a status of 400 or above; `wait`: the seconds of its Retry-After."""

    def __init__(self, status: int, reason: str, body: str, wait: float | None = None) -> None:
        self.status = status
        self.reason = reason
        self.body = body
        self.wait = wait
        super().__init__(status)


class NoJsonError(ValueError):
    """The server answered with something that is not JSON, such as a page for people."""


def check_status(answer: Any) -> None:  # a response of httpx2, open as a stream
    """Raise RefusedError for a refusal."""
    if answer.status_code < 400:
        return
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > _MOST:
            break
    raise _refused(answer, body)


async def acheck_status(answer: Any) -> None:
    """`check_status` in the event loop."""
    if answer.status_code < 400:
        return
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > _MOST:
            break
    raise _refused(answer, body)


def _refused(answer: Any, body: bytes) -> RefusedError:
    text = body[:_MOST].decode("utf-8", "replace")
    wait = retry_after(answer.headers)
    return RefusedError(int(answer.status_code), str(answer.reason_phrase), text, wait)
