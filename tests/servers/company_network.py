"""A company's network: its Hubs are only reachable by proxy, and it signs its own certificates.

with CompanyNetwork({"hub.example": hub.url}, tmp_path) as network:
    HTTP_PROXY=network.url                  reaches http://hub.example
    HTTPS_PROXY=network.url                 reaches https://hub.example, as a proxy that
    SSL_CERT_FILE=network.certificate       intercepts TLS
"""

from __future__ import annotations

import http.client
import ssl
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from servers.loopback import Handler, LoopbackServer

_OF_A_CONNECTION = {"connection", "proxy-connection", "keep-alive", "transfer-encoding"}


class CompanyNetwork(LoopbackServer):
    """Forwards requests for known hosts to local servers, and refuses others."""

    def __init__(self, hosts: Mapping[str, str], folder: Path) -> None:
        super().__init__(_Forwarding)
        self.hosts = {host: urlsplit(url).netloc for host, url in hosts.items()}
        self.certificate = folder / "company.pem"
        key = folder / "company.key"
        names = ",".join(f"DNS:{host}" for host in hosts)
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=Company"),
                *("-keyout", key, "-out", self.certificate, "-addext", f"subjectAltName={names}"),
            ],
            check=True,
            capture_output=True,
        )
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(self.certificate, key)


class _Forwarding(Handler):
    owner: CompanyNetwork

    def do_CONNECT(self) -> None:  # noqa: N802 - as the base class calls them
        """Act as the requested server: go on over TLS."""
        if self.path.partition(":")[0] not in self.owner.hosts:
            self.send(502, b"", "text/plain")
            return
        self.send_response(200, "Connection established")
        self.end_headers()
        try:
            self.connection = self.owner.tls.wrap_socket(self.connection, server_side=True)
        except OSError:  # a client that does not trust the certificate
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # with TLS it is not the socket that the server closes

    def answer(self, method: str, path: str, body: bytes) -> None:
        target = urlsplit(self.path)
        host = (target.netloc or self.headers["Host"] or "").partition(":")[0]
        if host not in self.owner.hosts:
            self.send(502, b"", "text/plain")
            return
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _OF_A_CONNECTION}
        there = http.client.HTTPConnection(self.owner.hosts[host])
        try:
            query = f"?{target.query}" if target.query else ""
            there.request(method, target.path + query, body or None, headers)
            answer = there.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {*_OF_A_CONNECTION, "date", "server"}:
                    self.send_header(name, value)
            self.end_headers()
            while piece := answer.read(1 << 20):
                self.wfile.write(piece)
        finally:
            there.close()
