"""An Ollama server that sends endlessly or very slowly: every client ends and says why."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from checkpoints import MINILM, minilm_folder
from llm_fixtures import tiny_entry

from registry import budgets, load
from registry.budgets import Budget
from registry.errors import RegistryError
from registry.ollama.models import delete_tag, read_ollama
from registry.ollama.sharing import share_with_ollama
from servers.hub_endless import HEADERS, pieces

QUICK = {
    name: Budget(size=getattr(budgets, name).size, seconds=3, window=1)
    for name in ("METADATA", "CONVERSATION", "PROGRESS", "VECTORS")
}


class Endless(BaseHTTPRequestHandler):
    """Answers every request in the way that `kind` names."""

    kind: Any = "endless"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        for name, value in HEADERS.get(self.kind, {}).items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for piece in pieces(self.kind, b" " * 500):
                self.wfile.write(piece)
        except OSError:
            pass  # the client has hung up

    do_POST = do_DELETE = do_GET  # noqa: N815 - as the base class calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Do not log."""


@pytest.fixture(params=["endless", "bomb", "trickle"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, budget in QUICK.items():
        monkeypatch.setattr(f"registry.ollama.bounded.{name}", budget)
    paths = {"/api/chat": "CONVERSATION", "/api/generate": "CONVERSATION", "/api/embed": "VECTORS"}
    paths |= {"/api/create": "PROGRESS", "/api/pull": "PROGRESS"}
    found = {path: QUICK[name] for path, name in paths.items()}
    monkeypatch.setattr("registry.ollama.bounded._BUDGETS", found)
    handler = type("Handler", (Endless,), {"kind": request.param})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


QUESTIONS: dict[str, Callable[[str], object]] = {
    "tags": read_ollama,
    "delete": lambda host: delete_tag("tiny", host),
    "load": lambda host: load(
        tiny_entry(instruction_tuned=False), backend="ollama", base_url=host, server_model="a:b"
    ),
    "encoder": lambda host: load(MINILM, backend="ollama", base_url=host),
    "share": lambda host: share_with_ollama(MINILM, path=minilm_folder(), host=host),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_ends(host: str, question: str) -> None:
    began = time.monotonic()
    with pytest.raises(RegistryError):
        QUESTIONS[question](host)
    assert time.monotonic() - began < 300  # the answer has no end
