"""A server that answers long texts alone with a status: it is busy, or refuses them."""

from __future__ import annotations

from typing import Any

from servers.faults import Fault
from servers.loopback import LoopbackServer

_LONG = 100  # words; the short texts of a probe have fewer, the long ones more


def refuse_long_texts(server: LoopbackServer, status: int, message: str, times: int = 99) -> None:
    """Answer so many of the requests that contain a long text with a status and a message."""
    left, usual = times, server.take_fault

    def take_fault(path: str) -> Fault | None:
        nonlocal left
        if left and any(len(text.split()) > _LONG for text in _texts(server.requests[-1].body)):
            left -= 1
            return Fault("status", status=status, message=message)
        return usual(path)

    server.take_fault = take_fault  # type: ignore[method-assign]  # for this server alone


def _texts(body: Any) -> list[str]:
    request = body if isinstance(body, dict) else {}
    return request.get("input") or request.get("texts") or []
