"""Failures between client and server: TLS, redirects, encodings, proxies."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path
from typing import Literal

from servers.loopback import Handler, LoopbackServer

Trouble = Literal["certificate", "redirects", "encoding", "refusing proxy"]


class FaultyNetwork(LoopbackServer):
    """A server with one fault: an untrusted certificate, a redirect to itself, and so on.

    A refusing proxy requires a password.
    """

    def __init__(self, trouble: Trouble, folder: Path) -> None:
        super().__init__(_Handler)
        self.trouble = trouble
        if trouble == "certificate":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(_self_signed(folder))
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    @property
    def url(self) -> str:
        """http(s)://host:port"""
        scheme = "https" if self.trouble == "certificate" else "http"
        return f"{scheme}://{self.address}"


class _Handler(Handler):
    owner: FaultyNetwork

    def answer(self, method: str, path: str, body: bytes) -> None:
        match self.owner.trouble:
            case "redirects":
                self.send_response(307)
                self.send_header("Location", self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
            case "encoding":
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")
            case "refusing proxy":
                self.send(407, b"", "text/plain")
            case _:
                self.send_json(200, {})

    def do_CONNECT(self) -> None:  # noqa: N802 - as the base class calls them
        self.send(407, b"", "text/plain")


def _self_signed(folder: Path) -> Path:
    """A self-signed certificate for localhost, and its key."""
    path = folder / "self-signed.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", path, "-out", path),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    if "CERTIFICATE" not in path.read_text("ascii"):
        raise AssertionError("openssl wrote no certificate")
    return path
