"""The body of a redirect is never read, however long: neither from Ollama nor over HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants

from registry import ALL_MINILM_L6_V2, QWEN3_0_6B, Sampling
from registry.errors import ServerUnavailableError
from registry.loading.load import load
from registry.ollama.models import read_ollama
from servers.embedding import EmbeddingServer
from servers.hub_endless import pieces
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model
from servers.openai import OpenAIServer

SHORT = Sampling(temperature=0, max_tokens=4)
BUFFERS = 32 << 20  # bytes that may be in flight when a client hangs up


class Redirecting(ThreadingHTTPServer):
    """Redirects every request to another server, with an endless body."""

    daemon_threads = True

    def __init__(self, target: str | None, status: int = 307) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.status = status
        self.redirects = 0
        self.talking = 0
        self.sent = 0
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are expected to hang up here."""


class _Handler(BaseHTTPRequestHandler):
    server: Redirecting

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server = self.server
        server.redirects += 1
        self.send_response(server.status)
        if server.target is not None:
            self.send_header("Location", f"{server.target or server.url}{self.path}")
        self.end_headers()
        server.talking += 1
        try:
            for piece in pieces("endless", b""):
                server.sent += len(piece)
                self.wfile.write(piece)
        except OSError:
            server.talking -= 1

    do_POST = do_HEAD = do_GET  # noqa: N815 - as the base class calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Do not log."""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No key and no cache of the user who runs the tests."""
    for name in ("HF_TOKEN", "REGISTRY_OPENAI_BASE_URL", "OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield
    huggingface_hub.close_session()


@pytest.fixture
def redirecting() -> Iterator[Callable[..., Redirecting]]:
    started: list[Redirecting] = []

    def start(target: str | None, status: int = 307) -> Redirecting:
        server = Redirecting(target, status)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()
        assert server.redirects
        assert server.sent < BUFFERS * server.redirects


Start = Callable[..., Redirecting]


def test_chat_completions(redirecting: Start) -> None:
    with OpenAIServer() as server:
        generator = load(QWEN3_0_6B, backend="openai", base_url=redirecting(server.url).url)
        said = generator.generate("Hello", SHORT)
        assert len(said.split()) == 4
        assert asyncio.run(generator.agenerate("Hello", SHORT)) == said


@pytest.mark.parametrize("flavour", ["tei", "llama.cpp", "infinity"])
def test_vectors_over_http(redirecting: Start, flavour: Any) -> None:
    with EmbeddingServer(flavour) as server:
        url = redirecting(server.url).url
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=url)
        assert encoder.encode_documents(["one", "two"]).shape == (2, 384)


def test_ollama(redirecting: Start) -> None:
    with OllamaServer() as server:
        tag = QWEN3_0_6B.ollama_tag or ""
        server.store.add(tag, StoredModel())
        server.store.add("all-minilm:l6", embedding_model(384))
        url = redirecting(server.url).url
        assert len(read_ollama(url)) == 2
        generator = load(QWEN3_0_6B, backend="ollama", base_url=url)
        said = generator.generate("Hello", SHORT)
        assert said
        assert asyncio.run(generator.agenerate("Hello", SHORT)) == said
        encoder = load(ALL_MINILM_L6_V2, backend="ollama", base_url=url)
        assert encoder.encode_documents(["one"]).shape == (1, 384)


@pytest.mark.parametrize("backend", ["openai", "ollama"])
def test_a_loop(redirecting: Start, backend: str) -> None:
    with pytest.raises(ServerUnavailableError, match="redirects in a loop"):
        load(QWEN3_0_6B, backend=backend, base_url=redirecting("").url)


def test_a_key_goes_to_no_other_host(redirecting: Start) -> None:
    with OpenAIServer() as server:
        url = redirecting(server.url.replace("127.0.0.1", "localhost")).url
        generator = load(QWEN3_0_6B, backend="openai", base_url=url, api_key="sk-never-there")
        assert generator.generate("Hello", SHORT)
        assert all("authorization" not in request.headers for request in server.requests)


DEAD = "http://me:secret@localhost:9"


@pytest.mark.parametrize("backend", ["openai", "ollama"])
@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        (DEAD, 307, "redirects to http://localhost:9, and there is no connection to that"),
        ("http://a..b", 307, "redirects, but to no usable address"),
        ("ftp://localhost", 308, "redirects, but to no usable address"),
        (None, 307, "redirects, but to no usable address"),
    ],
)
def test_a_redirect_to_nowhere(
    redirecting: Start, backend: str, target: str | None, status: int, told: str
) -> None:
    url = redirecting(target, status).url
    with pytest.raises(ServerUnavailableError, match=told) as caught:
        load(ALL_MINILM_L6_V2, backend=backend, base_url=url)
    assert url in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("backend", ["openai", "ollama"])
def test_a_redirect_that_drops_what_was_sent(redirecting: Start, backend: str) -> None:
    with EmbeddingServer("tei") as server:
        url = redirecting(server.url, 301).url
        told = f"{url} redirects to {server.url}/.* with status 301, which drops what was sent"
        with pytest.raises(ServerUnavailableError, match=told):
            load(ALL_MINILM_L6_V2, backend=backend, base_url=url)
        assert all(request.method == "GET" for request in server.requests)


@pytest.mark.parametrize("target", [DEAD, None])
def test_a_list_of_models_elsewhere(redirecting: Start, target: str | None) -> None:
    with pytest.raises(ServerUnavailableError, match="redirects"):
        read_ollama(redirecting(target).url)
