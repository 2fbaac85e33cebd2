"""The faults that a Hub's answer may have, and the Hub's record of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal

Kind = Literal[
    "status",
    "drop",
    "slow",
    "stall",
    "cut",
    "reset",
    "length",
    "corrupt",
    "endless",
    "bomb",
    "trickle",
]
Server = Literal["hub", "cdn"]

# Groups that apply at different stages of an answer.
DELAYS: tuple[Kind, ...] = ("slow",)
REFUSALS: tuple[Kind, ...] = ("status", "drop")
TOO_MUCH: tuple[Kind, ...] = ("endless", "bomb", "trickle")
DAMAGES: tuple[Kind, ...] = ("stall", "cut", "reset", "length", "corrupt")


@dataclass(kw_only=True)
class HubRequest:
    """A request as received, and its answer.

    It is listed on arrival; `status` is 0 until an answer begins, and stays 0 if the connection
    was dropped instead. `sent` counts bytes of the body, without headers. `headers` has
    lower-case names and no secrets; `authorized` says whether there was a token.
    """

    server: Server
    method: str
    path: str  # unquoted
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    authorized: bool
    status: int = 0
    sent: int = 0

    @property
    def range(self) -> str | None:
        """The header Range: "bytes=0-100000"."""
        return self.headers.get("range")


@dataclass(kw_only=True)
class HubFault:
    """A fault of answers to requests whose path matches `path` (with fnmatch).

    status   the answer is `status` with `message`, and Retry-After if `retry_after` is given
    drop     the connection closes without an answer
    slow     the answer begins after `seconds`
    stall    `after` bytes of the body are sent, then nothing for `seconds`, then the rest
    cut      the connection closes after `after` bytes of the body
    reset    the same, with a reset
    length   the body is `by` bytes longer (shorter if negative), and Content-Length agrees
    corrupt  the byte of the body at `after` is wrong

    endless, bomb, trickle   see hub_endless.py

    From `stall` on, a fault only applies to an answer with a body: no HEAD, redirect or error.
    A fault is used up after `times` requests, never if that is None. `method` and `server`
    restrict it further.
    """

    kind: Kind
    path: str = "*"
    times: int | None = 1
    method: str | None = None
    server: Server | None = None
    status: int = 503
    message: str = "something went wrong"
    retry_after: int | None = None  # seconds
    headers: Mapping[str, str] = field(default_factory=dict[str, str])  # of a status
    after: int = 0
    by: int = -1
    seconds: float = 0.0

    def concerns(self, request: HubRequest) -> bool:
        return (
            self.times != 0
            and fnmatchcase(request.path, self.path)
            and self.method in (None, request.method)
            and self.server in (None, request.server)
        )
