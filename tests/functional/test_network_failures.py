"""Network failures are named in every client: those of the Hub, Ollama and OpenAI."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from command_line import in_a_process

from covering import covering
from registry import ALL_MINILM_L6_V2, QWEN3_0_6B
from registry.errors import HubUnavailableError, RegistryError, ServerUnavailableError
from registry.hub.remote import open_remote
from registry.loading.load import load
from registry.ollama.models import read_ollama
from servers.faulty_network import FaultyNetwork, Trouble
from servers.hub_environment import redirect
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel

Ask = Callable[[str], object]
TAG = "qwen3:0.6b-q4_K_M"


def hub(url: str) -> object:
    return open_remote("acme/tiny")


def ollama(url: str) -> object:
    return load(QWEN3_0_6B, backend="ollama", base_url=url)


def ollama_list(url: str) -> object:
    return read_ollama(url)


def openai(url: str) -> object:
    return load(QWEN3_0_6B, backend="openai", base_url=url).generate("Once")


sides = pytest.mark.parametrize("ask", [hub, ollama, ollama_list, openai])


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No proxies or certificates, and no cached client that has read them."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    redirect(monkeypatch, "http://127.0.0.1:1", tmp_path)
    yield
    huggingface_hub.close_session()


def said(ask: Ask, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The message about an address, which must not blame anything else."""
    variables = {n: value for n, value in os.environ.items() if n.upper().endswith("_PROXY")}
    redirect(monkeypatch, url, tmp_path)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    huggingface_hub.close_session()
    with pytest.raises(RegistryError) as caught:
        ask(url)
    assert isinstance(caught.value, (ServerUnavailableError, HubUnavailableError))
    text = str(caught.value)
    assert "ollama serve" not in text
    assert "not JSON" not in text
    return text


@contextmanager
def troubled(trouble: Trouble, folder: Path) -> Iterator[FaultyNetwork]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # from aborted handshakes
        with FaultyNetwork(trouble, folder) as server:
            yield server


@sides
@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("certificate", ["certificate", "not trusted", "SSL_CERT_FILE"]),
        ("redirects", ["redirects in a loop"]),
        ("encoding", ["Content-Encoding"]),
    ],
)
def test_what_a_server_does(
    ask: Ask,
    trouble: Trouble,
    words: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    with troubled(trouble, tmp_path) as server:
        text = said(ask, server.url, monkeypatch, tmp_path)
    for word in (*words, server.url):
        assert word in text


@sides
def test_a_server_that_speaks_no_tls(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with OllamaServer() as server:
        text = said(ask, f"https://{server.address}", monkeypatch, tmp_path)
    assert "does it speak https?" in text


@sides
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_that_is_not_there(
    ask: Ask, variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, "http://me:password@127.0.0.1:9")
    text = said(ask, "http://example.invalid", monkeypatch, tmp_path)
    for word in ("proxy http://127.0.0.1:9", variable, "NO_PROXY", "http://example.invalid"):
        assert word in text
    assert "password" not in text


@sides
def test_a_proxy_that_refuses(ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with troubled("refusing proxy", tmp_path) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        text = said(ask, "https://example.invalid", monkeypatch, tmp_path)
    for word in (f"proxy {proxy.url}", "HTTPS_PROXY", "407", "https://example.invalid"):
        assert word in text


@sides
def test_a_socks_proxy_without_its_package(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    text = said(ask, "http://example.invalid", monkeypatch, tmp_path)
    for word in ("SOCKS", "ALL_PROXY", "pip install socksio"):
        assert word in text


@sides
def test_a_proxy_that_is_no_address(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "foo://me:password@proxy")
    text = said(ask, "http://example.invalid", monkeypatch, tmp_path)
    assert "HTTPS_PROXY" in text
    assert "password" not in text


@sides
def test_certificates_that_are_not_there(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    text = said(ask, "https://127.0.0.1:9", monkeypatch, tmp_path)
    assert "SSL_CERT_FILE" in text


@pytest.mark.parametrize(
    ("backend", "asynchronous"), [("ollama", True), ("openai", False), ("openai", True)]
)
def test_while_an_answer_is_asked_for(
    backend: str, asynchronous: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel())
        generator = load(QWEN3_0_6B, backend=backend, base_url=server.url)
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        huggingface_hub.close_session()

        def ask() -> str:
            if asynchronous:
                return asyncio.run(generator.agenerate("Once"))
            return generator.generate("Once")

        with pytest.raises(ServerUnavailableError, match="HTTP_PROXY"):
            ask()


VARIABLES: tuple[dict[str, str], ...] = (
    {"ALL_PROXY": "socks5://127.0.0.1:9"},
    {"HTTP_PROXY": "foo://proxy"},
    {"HTTP_PROXY": "http://127.0.0.1:9"},
    {"SSL_CERT_FILE": "/nowhere.pem"},
    {"OLLAMA_HOST": "http://["},
    {"OLLAMA_HOST": "::1"},
)


# Each setting with one of the commands.
@pytest.mark.parametrize(
    ("variables", "command"),
    covering(VARIABLES, ("ls", "du"), ids=(lambda variables: " ".join(variables.values()), str)),
)
def test_the_local_cache_needs_no_network(
    variables: dict[str, str], command: str, tmp_path: Path
) -> None:
    (tmp_path / "hub").mkdir()
    result = in_a_process(command, "--cache-dir", str(tmp_path / "hub"), cwd=tmp_path, **variables)
    assert result.status == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert next(iter(variables)) in result.stderr or "::1" in result.stderr


def test_an_encoder_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"backend": "ollama", "base_url": "http://example.invalid"}
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(ServerUnavailableError, match="HTTP_PROXY"):
        load(ALL_MINILM_L6_V2, **arguments)
