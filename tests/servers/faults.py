"""The faults that an answer may have, and a server's record of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]  # an object; the protocols leave its fields open
Kind = Literal["status", "error", "cut", "reset", "end", "garbage", "hang"]


@dataclass(frozen=True)
class Fault:
    """A fault of the next answer whose path ends with `path`; used once.

    status   the answer is `status` with `message` as its error (or as its body, if it is bytes),
             in chunks and of unknown length if it is `chunked`, with a Retry-After if it has one
    error    the stream has the error `message` after `after` pieces
    cut      the connection closes after `after` pieces and half of another
    reset    the same, with a reset
    end      the stream ends properly after `after` pieces, without its last one
    garbage  the stream has something that is not an answer after `after` pieces
    hang     nothing more comes after `after` pieces
    """

    kind: Kind
    after: int = 0
    status: int = 500
    message: str | bytes = "something went wrong"
    path: str = ""
    content_type: str = "application/json"
    chunked: bool = False
    retry_after: int | None = None  # seconds


@dataclass(frozen=True)
class Request:
    """A request as received. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any  # parsed JSON of any kind


class ClientGoneError(Exception):
    """The client hung up, or the server was stopped."""
