"""An HTTP server in a thread on loopback: JSON, streams, faults, and who is connected."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from .faults import ClientGoneError, Fault, Json, Kind, Request


class LoopbackServer:
    """A server that runs between `start` and `stop`, or as a context manager; port 0 is any."""

    def __init__(self, handler: type[Handler], port: int = 0) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.delay = 0.0  # seconds before each piece of a stream
        self.streams = 0  # running now
        self.abandoned = 0  # streams whose client hung up
        self.lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._http = _Http(("127.0.0.1", port), handler, self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def address(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """http://host:port"""
        return f"http://{self.address}"

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Refuse new connections and drop existing ones."""
        self._http.shutdown()
        self._http.server_close()
        with self.lock:
            for connection in self._connections:
                _shut(connection)
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def fails(self, kind: Kind, **details: Any) -> None:
        """Add a fault of the next answer: see Fault."""
        self.faults.append(Fault(kind, **details))

    def take_fault(self, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if path.endswith(fault.path):
                    self.faults.remove(fault)
                    return fault
        return None

    def wait_until_idle(self, seconds: float = 5.0) -> bool:
        """Whether all streams end within the time."""
        end = time.monotonic() + seconds
        while self.streams and time.monotonic() < end:
            time.sleep(0.01)
        return not self.streams

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.requests if request.path == path]


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # connections; with the default of 5, a busy client waits a second

    def __init__(
        self, address: tuple[str, int], handler: type[Handler], owner: LoopbackServer
    ) -> None:
        self.owner = owner
        super().__init__(address, handler)

    def get_request(self) -> tuple[socket.socket, Any]:  # as the base class has it
        connection, address = super().get_request()
        with self.owner.lock:
            self.owner._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:  # as above
        with self.owner.lock:
            self.owner._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # as above
        """Ignore clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    """Serves one connection. A subclass routes requests in `answer`."""

    protocol_version = "HTTP/1.1"
    server: _Http
    fault: Fault | None = None  # of this request

    def answer(self, method: str, path: str, body: bytes) -> None:
        raise NotImplementedError

    @property
    def owner(self) -> Any:  # any subclass
        """The LoopbackServer, untyped because it may be any subclass."""
        return self.server.owner

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Do not log: tests look at `requests`."""

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_HEAD = do_DELETE = do_PUT = do_GET  # noqa: N815 - as the base class calls them

    def _handle(self) -> None:
        raw = self._read_body()
        path = urlsplit(self.path).path
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.owner.requests.append(Request(self.command, path, headers, body))
        self.fault = self.owner.take_fault(path)
        if self.fault is not None and self.fault.kind == "status":
            self._send_fault(self.fault)
            return
        try:
            self.answer(self.command, path, raw)
        except (ClientGoneError, ConnectionError):
            self.close_connection = True

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(chunks)

    def _send_fault(self, fault: Fault) -> None:
        body = fault.message
        if isinstance(body, str):
            body = json.dumps(self.error(body)).encode()
        if not fault.chunked:
            self.send(fault.status, body, fault.content_type)
            return
        self.send_response(fault.status)
        self.send_header("Content-Type", fault.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(body)
        self._chunk(b"")

    def error(self, message: str) -> Json:
        """An error in the format of this kind of server."""
        return {"error": message}

    def send(
        self, status: int, body: bytes, content_type: str | None, *, sent: int | None = None
    ) -> None:
        """Send an answer, or only the first `sent` of its bytes."""
        self.send_response(status)
        if self.fault is not None and self.fault.retry_after is not None:
            self.send_header("Retry-After", str(self.fault.retry_after))
        if content_type is not None:
            self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:sent])

    def send_json(self, status: int, content: object) -> None:
        self.send(status, json.dumps(content).encode(), "application/json; charset=utf-8")

    def stream(self, pieces: Iterable[bytes], content_type: str, error: bytes) -> None:
        """Send pieces as they come, until the client hangs up or a fault stops it."""
        with self.owner.lock:
            self.owner.streams += 1
        try:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            fault = self.fault
            for index, piece in enumerate(pieces):
                if fault is not None and index == fault.after:
                    self._go_wrong(fault.kind, piece, error)
                    return
                self.pause(self.owner.delay)
                self._chunk(piece)
            self._chunk(b"")
        except (ClientGoneError, ConnectionError):
            with self.owner.lock:
                self.owner.abandoned += 1
            raise
        finally:
            with self.owner.lock:
                self.owner.streams -= 1

    def pause(self, seconds: float) -> None:
        """Wait; raise ClientGoneError as soon as the client hangs up, as real servers notice it."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ClientGoneError

    def _chunk(self, piece: bytes) -> None:
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")

    def _go_wrong(self, kind: Kind, piece: bytes, error: bytes) -> None:
        if kind == "hang":
            while True:
                self.pause(60)
        if kind == "error":
            self._chunk(error)
        if kind == "garbage":
            self._chunk(b"data: <html>502 Bad Gateway</html>\n\n")
        if kind in ("error", "garbage", "end"):
            self._chunk(b"")
            return
        self.wfile.write(f"{len(piece):x}\r\n".encode() + piece[: len(piece) // 2])
        self.hang_up(reset=kind == "reset")

    def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection, whatever Content-Length promised."""
        self.close_connection = True
        if reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            # Closed directly: a shutdown first would end the connection cleanly.
            os.close(self.connection.detach())
        else:
            _shut(self.connection)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # already gone
        connection.shutdown(socket.SHUT_RDWR)
