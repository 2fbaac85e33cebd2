"""The connections of a Hub: record requests, send answers, apply faults."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from . import hub_endless
from .faults import ClientGoneError
from .hub_commit import HubRefusedError
from .hub_dialects import spoken
from .hub_faults import DAMAGES, DELAYS, REFUSALS, TOO_MUCH, HubFault, HubRequest
from .hub_routes import Answer, Call, answer_cdn, refusal
from .loopback import Handler

if TYPE_CHECKING:
    from .hub import Listener

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class HubHandler(Handler):
    """Answers as the Hub or as its CDN, depending on the listener's role."""

    disable_nagle_algorithm = True  # otherwise bodies wait 40 ms until headers are acknowledged

    @property
    def listener(self) -> Listener:
        listener: Listener = self.owner
        return listener

    def do_GET(self) -> None:  # noqa: N802 - as the base class calls it
        try:
            self._serve()
        except (ClientGoneError, ConnectionError):
            self.close_connection = True

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the same

    def _serve(self) -> None:
        hub = self.listener.hub
        body = self._read_body()
        request = self._note()
        if (delay := hub.take_fault(DELAYS, request)) is not None:
            self.pause(delay.seconds)
        fault = hub.take_fault(REFUSALS, request)
        if fault is not None and fault.kind == "drop":
            self.hang_up()
            return
        self._send(request, self._answer(request, body) if fault is None else _failure(fault))

    def _note(self) -> HubRequest:
        target = urlsplit(self.path)
        path = unquote(target.path)
        if self.listener.role == "hub":
            path = path.removeprefix(self.listener.hub.dialect.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = HubRequest(
            server=self.listener.role,
            method=self.command,
            path=path,
            query=parse_qs(target.query, keep_blank_values=True),
            authorized=headers.pop("authorization", None) is not None,
            headers=headers,
        )
        # Recorded before answering, because a client may look here as soon as it has the answer.
        self.listener.hub.requests.append(request)
        return request

    def _answer(self, request: HubRequest, body: bytes) -> Answer:
        hub = self.listener.hub
        try:
            cdn = request.server == "cdn"
            target = self.path if cdn else self.path.removeprefix(hub.dialect.path)
            if not cdn and not self.path.startswith(f"{hub.dialect.path}/"):
                raise HubRefusedError(404, "Nothing is outside of the path")
            # The CDN does not authenticate; a token sent there is a leaked token.
            account = None if cdn else hub.store.account(self.headers.get("Authorization"))
            call = Call(hub.store, request, target, account, body, hub.url, hub.cdn_url)
            return answer_cdn(call) if cdn else spoken(hub.dialect, call)
        except HubRefusedError as error:
            return refusal(error)

    def _send(self, request: HubRequest, answer: Answer) -> None:
        status, start, stop = answer.status, 0, answer.body.size
        headers = dict(answer.headers)
        if answer.content_type:
            headers = {"Content-Type": answer.content_type, **headers}
        if answer.ranges:
            headers["Accept-Ranges"] = "bytes"
            asked = request.range if request.method == "GET" else None
            status, start, stop = _part(asked, answer.body.size)
        if status == 416:
            headers["Content-Range"] = f"bytes */{answer.body.size}"
        if status == 206:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{answer.body.size}"
        length = stop - start
        too_much = self.listener.hub.take_fault(TOO_MUCH, request)
        if too_much is not None and request.method != "HEAD":
            self._send_for_ever(request, status, headers, too_much, answer.body.read(start, stop))
            return
        fault = None
        if request.method != "HEAD" and status in (200, 206) and length:
            fault = self.listener.hub.take_fault(DAMAGES, request)
        pieces: Iterable[bytes] = answer.body.pieces(start, stop)
        if fault is not None and fault.kind == "length":
            pieces = _resized(pieces, length + fault.by)
            length += fault.by
        headers["Content-Length"] = str(length)
        request.status = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if request.method != "HEAD":
            self._send_body(request, pieces, length, fault)

    def _send_for_ever(
        self,
        request: HubRequest,
        status: int,
        headers: dict[str, str],
        fault: HubFault,
        body: bytes,
    ) -> None:
        self.close_connection = True  # the body ends with the connection
        request.status = status
        self.send_response(status)
        for name, value in {**headers, **hub_endless.HEADERS.get(fault.kind, {})}.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in hub_endless.pieces(fault.kind, body):
            self.wfile.write(piece)
            request.sent += len(piece)

    def _send_body(
        self, request: HubRequest, pieces: Iterable[bytes], length: int, fault: HubFault | None
    ) -> None:
        at = min(fault.after, length - 1) if fault is not None else length
        for piece in _parted(pieces, at):
            if fault is not None and request.sent == at:
                if fault.kind == "stall":
                    self.pause(fault.seconds)
                if fault.kind in ("cut", "reset"):
                    self.hang_up(reset=fault.kind == "reset")
                    return
                if fault.kind == "corrupt":
                    piece = bytes([piece[0] ^ 0xFF]) + piece[1:]
            request.sent += len(piece)
            self.wfile.write(piece)
        if request.sent < length:  # the file on disk has been truncated
            self.hang_up()


def _failure(fault: HubFault) -> Answer:
    answer = refusal(HubRefusedError(fault.status, fault.message, headers=fault.headers))
    if fault.retry_after is None:
        return answer
    headers = {**answer.headers, "Retry-After": str(fault.retry_after)}
    return Answer(answer.status, answer.body, headers)


def _part(asked: str | None, size: int) -> tuple[int, int, int]:
    """(status, start, stop) for a Range header; an unclear one is ignored."""
    found = _RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or found.groups() == ("", ""):
        return 200, 0, size
    first, last = found.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(int(last) + 1, size) if first and last else size
    return (206, start, stop) if start < stop else (416, 0, 0)


def _parted(pieces: Iterable[bytes], at: int) -> Iterator[bytes]:
    """The same bytes, split so that a piece begins at `at`."""
    position = 0
    for piece in pieces:
        if position < at < position + len(piece):
            yield piece[: at - position]
            piece = piece[at - position :]
            position = at
        yield piece
        position += len(piece)


def _resized(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The first `length` bytes, padded with zeros."""
    left = length
    for piece in pieces:
        yield piece[:left]
        left -= len(piece[:left])
    yield bytes(left)
