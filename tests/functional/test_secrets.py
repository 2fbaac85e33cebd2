"""A given key appears in no traceback, not even in one that prints local variables."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import pickle
import socketserver
import subprocess
import sys
import threading
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import get_session
from rich.console import Console
from rich.traceback import Traceback

from registry import COLBERT_V2, QWEN3_0_6B, ModelManager
from registry.backends.interface import LoadOptions
from registry.errors import AuthenticationError, RegistryError
from registry.loading.load import load
from registry.ollama.connection import OllamaConnection
from registry.ollama.models import read_ollama
from registry.ollama.sharing import share_with_ollama
from registry.secret import Secret, hidden
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel
from servers.openai import OpenAIServer

# So long that rich truncates it, which makes a new string.
KEY = "sk-4f9a7c-never-to-be-seen-" + "0123456789abcdef" * 8
SHOWN = KEY[:20]


@pytest.fixture(autouse=True)
def nobodys_servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*os.environ]:
        if name.startswith(("REGISTRY_", "OLLAMA_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        assert QWEN3_0_6B.ollama_tag
        server.store.add(QWEN3_0_6B.ollama_tag, StoredModel())
        yield server


@pytest.fixture
def openai() -> Iterator[OpenAIServer]:
    with OpenAIServer(key="another") as server:
        yield server


def printed(error: BaseException) -> str:
    """The traceback as printed by the standard library and rich, with all local variables."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert error.__traceback__
    console = Console(file=io.StringIO(), record=True, width=400)
    console.print(
        Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True)
    )
    return "".join(whole.format()) + console.export_text()


def test_this_test_sees_variables() -> None:
    def fail(api_key: str) -> None:
        raise ValueError

    with pytest.raises(ValueError) as caught:  # noqa: PT011 - raised above
        fail(KEY)
    assert printed(caught.value).count(SHOWN) == 2


def test_before_a_server_is_asked() -> None:
    wrong: dict[str, Any] = {"no_such_argument": 1}
    timeseries: Any = type("Model", (), {"id": "x", "kind": "timeseries"})()
    calls: list[Callable[[], object]] = [
        lambda: load(QWEN3_0_6B, backend="olama", api_key=KEY),
        lambda: load(COLBERT_V2, backend="ollama", api_key=KEY),
        lambda: load(QWEN3_0_6B, backend="ollama", device="cuda", api_key=KEY),
        lambda: load(QWEN3_0_6B, backend="ollama", base_url="http://[::1", api_key=KEY),
        lambda: load(QWEN3_0_6B, backend="openai", base_url="nowhere", api_key=KEY),
        lambda: load(QWEN3_0_6B, backend="openai", api_key=KEY),
        lambda: load(QWEN3_0_6B, backend="transformers", api_key=KEY),
        lambda: load(timeseries, api_key=KEY),
        lambda: load(QWEN3_0_6B, api_key=KEY, **wrong),
        lambda: load(QWEN3_0_6B, backend="ollama", api_key=f"{KEY} {KEY}"),
        lambda: load(QWEN3_0_6B, backend="openai", api_key=f"{KEY}\n{KEY}"),
        lambda: ModelManager("ollama", model_id="qwen", api_key=KEY),
        lambda: ModelManager("openai", share_with_ollama=True, api_key=KEY),
        lambda: ModelManager(api_key=KEY, fallback_model_id=None).generate_response("x"),
        lambda: share_with_ollama(QWEN3_0_6B, path="nowhere", api_key=KEY),
    ]
    for call in calls:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - of any kind: what it shows counts
            call()
        assert len(printed(caught.value).splitlines()) > 20
        assert SHOWN not in printed(caught.value)


@pytest.mark.parametrize("status", [401, 500])
def test_when_ollama_refuses(ollama: OllamaServer, tmp_path: Path, status: int) -> None:
    (tmp_path / "weights.gguf").write_bytes(b"GGUF")
    manager = ModelManager("ollama", ollama_host=ollama.url, api_key=KEY, fallback_model_id=None)
    calls: list[Callable[[], object]] = [
        lambda: load(QWEN3_0_6B, backend="ollama", base_url=ollama.url, api_key=KEY),
        lambda: manager.generate_response("x"),
        lambda: manager.generate_embeddings("x"),
        lambda: share_with_ollama(
            QWEN3_0_6B, path=tmp_path / "weights.gguf", host=ollama.url, api_key=KEY
        ),
    ]
    for call in calls:
        ollama.fails("status", status=status, message=f"no {KEY}")
        with pytest.raises(Exception, match=r"no \*\*\*") as caught:
            call()
        assert SHOWN not in printed(caught.value)
    ollama.stop()
    for call in calls:
        with pytest.raises(Exception, match="ollama serve") as caught:
            call()
        assert SHOWN not in printed(caught.value)


@pytest.mark.parametrize("backend", ["ollama", "openai"])
def test_a_key_at_the_end_of_what_is_quoted(
    ollama: OllamaServer, openai: OpenAIServer, backend: str
) -> None:
    server, openai.key = (ollama if backend == "ollama" else openai), KEY
    generator = load(QWEN3_0_6B, backend=backend, base_url=server.url, api_key=KEY)
    for status in (400, 401):
        said = json.dumps({"error": {"message": f"{'x' * 480} {KEY}"}}).encode()
        server.fails("status", status=status, message=said)
        with pytest.raises(Exception, match=r"x{480} \*\*\*") as caught:
            generator.generate("x")
        assert KEY[:10] not in "".join(traceback.format_exception(caught.value))


ODD = {
    "a header": f"HTTP/1.1 200 OK\r\nno header {KEY}\r\n\r\n",
    "a redirect": f"HTTP/1.1 307 \r\nLocation: http://[{KEY}]/\r\nContent-Length: 0\r\n\r\n",
    "a chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\n",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
@pytest.mark.parametrize("backend", ["ollama", "openai"])
def test_when_a_response_is_odd(backend: str, odd: str) -> None:
    class Odd(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(odd.encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        options = LoadOptions(base_url=url, api_key=Secret(KEY))
        calls: dict[str, Callable[[], object]] = {
            "ollama": lambda: OllamaConnection(QWEN3_0_6B, options).digest(),
            "openai": lambda: load(
                QWEN3_0_6B, backend="openai", base_url=url, api_key=KEY
            ).generate("x"),
        }
        with pytest.raises(RegistryError) as caught:
            calls[backend]()
        server.shutdown()
    assert SHOWN not in "".join(traceback.format_exception(caught.value))


def test_when_ollama_sends_the_key_in_place_of_a_list(ollama: OllamaServer) -> None:
    connection = OllamaConnection(QWEN3_0_6B, LoadOptions(base_url=ollama.url, api_key=Secret(KEY)))
    ollama.fails("status", status=200, message=json.dumps({"models": KEY}).encode())
    with pytest.raises(RegistryError, match="does not send") as caught:
        connection.digest()
    assert SHOWN not in "".join(traceback.format_exception(caught.value))


def test_when_ollama_breaks_off(ollama: OllamaServer) -> None:
    generator = load(QWEN3_0_6B, backend="ollama", base_url=ollama.url, api_key=KEY)
    for kind in ("garbage", "cut", "end"):
        ollama.fails(kind, after=1, path="/api/generate")
        with pytest.raises(Exception, match="was cut off") as caught:
            generator.generate("x")
        assert SHOWN not in printed(caught.value)
    generator.close()


def test_when_a_server_of_chat_completions_refuses(openai: OpenAIServer) -> None:
    with pytest.raises(AuthenticationError) as caught:
        load(QWEN3_0_6B, backend="openai", base_url=openai.url, api_key=KEY)
    assert SHOWN not in printed(caught.value)
    openai.key = KEY
    generator = load(QWEN3_0_6B, backend="openai", base_url=openai.url, api_key=KEY)
    openai.key = "another"
    with pytest.raises(AuthenticationError) as caught:
        generator.generate("x")
    assert SHOWN not in printed(caught.value)


@pytest.mark.parametrize("end", ["\nmore", " ü", "\x7f"])
def test_a_key_of_the_environment_that_fits_no_header(
    ollama: OllamaServer, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", KEY + end)
    with pytest.raises(
        AuthenticationError, match="the key in OLLAMA_API_KEY is empty or"
    ) as caught:
        load(QWEN3_0_6B, backend="ollama", base_url=ollama.url)
    assert SHOWN not in printed(caught.value)
    assert not ollama.requests


def test_the_password_of_an_ollama_server_in_logs(
    ollama: OllamaServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OLLAMA_HOST", f"http://me:{KEY}%40@{ollama.address}")
    with load(QWEN3_0_6B, backend="ollama", api_key="another") as generator:
        generator.generate("x")

        async def said() -> None:
            async for _ in generator.astream("x"):
                pass

        asyncio.run(said())
    read_ollama()
    sent = {request.headers["authorization"] for request in ollama.requests}
    assert sent == {f"Basic {b64encode(f'me:{KEY}@'.encode()).decode()}"}
    assert caplog.text.count(f"http://{ollama.address}/api/") == len(ollama.requests) == 4
    assert SHOWN not in caplog.text


def test_a_key_in_the_query_in_logs(
    openai: OpenAIServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    openai.key = None
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "huggingface_hub.utils._http")
    monkeypatch.setattr(logging.getLogger("huggingface_hub"), "propagate", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_DEBUG", True)
    url = f"{openai.url}?api-key={KEY}"
    with load(QWEN3_0_6B, backend="openai", base_url=url) as generator:
        generator.generate("x")

        async def said() -> None:
            async for _ in generator.astream("x"):
                pass

        asyncio.run(said())
    assert SHOWN not in caplog.text
    logged = [each for each in caplog.messages if each.startswith("HTTP Request: ")]
    assert len(logged) == len(openai.requests) == 3
    assert all("?*** " in each for each in logged)
    get_session().get(url)
    assert f"?api-key={KEY} " in caplog.text, "requests of others are logged as they are"


def test_pytest_with_its_option_for_local_variables(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import os\n"
        "from registry import QWEN3_0_6B, load\n"
        "def test() -> None:\n"
        "    load(QWEN3_0_6B, backend='olama', api_key=os.environ['KEY'])\n"
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-l", "-vv", "-p", "no:cacheprovider", "test_one.py"],
        cwd=tmp_path,
        env={**os.environ, "KEY": KEY},
        capture_output=True,
        text=True,
    )
    assert "there is no backend 'olama'" in run.stdout
    assert "Secret(***)" in run.stdout
    assert SHOWN not in run.stdout + run.stderr


class TestSecret:
    def test_it_shows_itself_to_nobody(self) -> None:
        secret = Secret(KEY)
        shown = [str(secret), repr(secret), f"{secret}", f"{[secret]}", f"{secret!r:>200}"]
        assert not any(SHOWN in text for text in shown)
        assert SHOWN not in repr(LoadOptions(api_key=secret))
        for address in (f"http://me:{KEY}@host/v1", f"http://host/v1?api-key={KEY}"):
            options = repr(LoadOptions(base_url=address, api_key=secret))
            assert SHOWN not in options
            assert "'http://host/v1'" in options
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(secret)

    def test_who_asks_gets_it(self) -> None:
        assert Secret(KEY).reveal() == KEY
        assert Secret(f" {KEY}\n").for_header("here").reveal() == KEY

    def test_hiding(self) -> None:
        secret = Secret(KEY)
        assert hidden(None) is None
        assert hidden(secret) is secret
        found = hidden(KEY)
        assert found is not None
        assert found.reveal() == KEY
