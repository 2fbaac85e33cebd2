"""Server addresses: used as given, and parsed as the servers' own clients do."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

import pytest

from registry import QWEN3_0_6B
from registry.backends._openai_address import beneath
from registry.errors import InputError, LoadError
from registry.loading.load import load
from registry.ollama.address import ollama_url
from registry.ollama.models import read_ollama
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel

BAD_HOSTS = ("http://a..b:80", "http://.b", f"http://{'a' * 64}.com", "http://" + "abc." * 70)
TAG = "qwen3:0.6b-q4_K_M"


@pytest.mark.parametrize(
    ("base", "completions"),
    [
        ("http://host", "http://host/v1/chat/completions"),
        ("http://host:8000/", "http://host:8000/v1/chat/completions"),
        ("http://host/v1", "http://host/v1/chat/completions"),
        ("http://host/v1/chat/completions", "http://host/v1/chat/completions"),
        ("http://host/v1beta/openai/", "http://host/v1beta/openai/chat/completions"),
        ("http://host/api/v3", "http://host/api/v3/chat/completions"),
        ("http://host/openai", "http://host/openai/chat/completions"),
        ("http://host/chat/completions", "http://host/chat/completions"),
        (
            "https://host/openai/deployments/gpt?api-version=2024-10-21",
            "https://host/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
        ),
        (
            "https://host/v1/chat/completions?api-version=1",
            "https://host/v1/chat/completions?api-version=1",
        ),
        ("https://host?api-version=1", "https://host/v1/chat/completions?api-version=1"),
    ],
)
def test_only_a_bare_host_gets_a_path(base: str, completions: str) -> None:
    assert beneath(base, "chat/completions") == completions
    assert beneath(base, "models") == completions.replace("chat/completions", "models")


@pytest.mark.parametrize("suffix", ["/v1beta/openai/", "/api/v3", "/v1?api-version=2024-10-21"])
def test_the_path_is_asked_for(suffix: str) -> None:
    # The simulated Ollama lacks such paths; only the request matters.
    with OllamaServer() as server:
        load(QWEN3_0_6B, backend="openai", base_url=server.url + suffix)
        (request,) = server.requests
    assert request.path == suffix.partition("?")[0].rstrip("/") + "/models"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", "http://127.0.0.1:11434"),
        ("  ", "http://127.0.0.1:11434"),
        ("1.2.3.4", "http://1.2.3.4:11434"),
        (":1234", "http://127.0.0.1:1234"),
        ("1.2.3.4:5", "http://1.2.3.4:5"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("[::1]:9", "http://[::1]:9"),
        ('" 1.2.3.4 "', "http://1.2.3.4:11434"),
        ("'1.2.3.4'", "http://1.2.3.4:11434"),
        (":66000", "http://127.0.0.1:11434"),
        ("host:-1", "http://host:11434"),
        ("host:port", "http://host:11434"),
        ("http://1.2.3.4", "http://1.2.3.4:80"),
        ("https://1.2.3.4", "https://1.2.3.4:443"),
        ("https://1.2.3.4:66000", "https://1.2.3.4:443"),
        ("https://example.com/ollama", "https://example.com:443/ollama"),
        ("example.com/ollama", "http://example.com:11434/ollama"),
        ("ollama.com", "https://ollama.com:443"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("::", "http://[::1]:11434"),
        ("[::]:8080", "http://[::1]:8080"),
    ],
)
def test_as_ollama_reads_its_variable(
    given: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", given)
    assert ollama_url() == expected


@pytest.mark.parametrize(
    "given", ["http://", "ftp://host", "http://[", "a b", "http://h\x00st", *BAD_HOSTS]
)
def test_what_is_no_address(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "\x00" not in given and given != "http://":  # impossible in a variable; a default
        monkeypatch.setenv("OLLAMA_HOST", given)
        with pytest.raises(LoadError, match="OLLAMA_HOST"):
            ollama_url()
    if given != "http://":
        with pytest.raises(LoadError, match="not a server address"):
            ollama_url(given)


@pytest.mark.parametrize("form", ["{port}", '" 127.0.0.1{port} "', "0.0.0.0{port}", "'{port}'"])
def test_a_variable_in_any_form_reaches_the_server(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel())
        monkeypatch.setenv("OLLAMA_HOST", form.format(port=f":{server.port}"))
        # As in a new process: the client reads the variable on import.
        for name in [name for name in sys.modules if name.partition(".")[0] == "ollama"]:
            monkeypatch.delitem(sys.modules, name)
        assert len(read_ollama()) == 1
        assert load(QWEN3_0_6B, backend="ollama").generate("Once")


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_the_client_may_be_imported_with_any_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "::1")
    for name in [name for name in sys.modules if name.partition(".")[0] == "ollama"]:
        monkeypatch.delitem(sys.modules, name)
    from registry.libraries.ollama import library

    assert library().Client
    assert os.environ["OLLAMA_HOST"] == "::1"


@pytest.mark.parametrize("backend", ["openai", "ollama"])
@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e308, True, "5", None])
def test_a_timeout_that_is_none(backend: str, timeout: Any) -> None:
    with pytest.raises(InputError, match="timeout should be a number"):
        load(QWEN3_0_6B, backend=backend, base_url="http://127.0.0.1:9", timeout=timeout)


@pytest.mark.parametrize("backend", ["openai", "ollama"])
@pytest.mark.parametrize("name", ["base_url", "api_key", "server_model"])
def test_what_is_no_text(backend: str, name: str) -> None:
    arguments: Any = {"base_url": "http://127.0.0.1:9", name: 5}
    with pytest.raises(InputError, match=f"{name} should be text"):
        load(QWEN3_0_6B, backend=backend, **arguments)


@pytest.mark.parametrize("backend", ["openai", "ollama"])
@pytest.mark.parametrize("given", BAD_HOSTS)
def test_a_name_that_no_host_has(backend: str, given: str) -> None:
    with pytest.raises(LoadError, match="is not a server address"):
        load(QWEN3_0_6B, backend=backend, base_url=given)
