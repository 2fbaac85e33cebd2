"""The backend for OpenAI-compatible servers: with `transformers serve`, and a faulty server."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import GeneratorType
from typing import Any, ClassVar

import huggingface_hub
import pytest
from generator_suite import PROMPT, GeneratorSuite
from huggingface_hub import constants
from server_suite import KEY, SHORT, ServerSuite, both_ways, failure_without, generate

from registry import COLBERT_V2, MIXTRAL_8X7B_INSTRUCT_V0_1, QWEN3_0_6B
from registry.backends._openai_key import find_key
from registry.backends.interface import LoadOptions
from registry.backends.openai import OpenAIGenerator
from registry.encoders.generator import Sampling, TextGenerator
from registry.errors import (
    AuthenticationError,
    BackendError,
    LoadError,
    RegistryError,
    ServerUnavailableError,
    UnsupportedError,
)
from registry.loading.load import load
from registry.secret import Secret
from servers.openai import OpenAIServer
from servers.transformers_serve import MODEL, TransformersServe


@pytest.fixture(autouse=True)
def nobodys_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key, address or login of the user, and no cached connection after the tests."""
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "MIXTRAL_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("REGISTRY_OPENAI_BASE_URL", raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield
    huggingface_hub.close_session()


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        server.delay = 0.002
        yield server


@pytest.fixture
def generator(server: OpenAIServer) -> TextGenerator:
    return load(QWEN3_0_6B, backend="openai", base_url=server.url, timeout=60)


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TransformersServe]:
    with TransformersServe(tmp_path_factory.mktemp("serve")) as server:
        yield server


@pytest.mark.heavy
class TestTransformersServe(GeneratorSuite):
    """The promises of every generator, with a third-party server."""

    @pytest.fixture
    def generator(self, serve: TransformersServe) -> TextGenerator:
        model = replace(QWEN3_0_6B, huggingface_id=MODEL)
        return load(model, backend="openai", base_url=serve.url)

    @pytest.fixture
    def busy(self, serve: TransformersServe) -> Callable[[], bool]:
        return serve.is_busy

    def test_a_refusal_in_its_own_words(self, serve: TransformersServe) -> None:
        other = replace(QWEN3_0_6B, huggingface_id="acme/other")
        generator = load(other, backend="openai", base_url=serve.url)
        with pytest.raises(BackendError, match="400 Server is pinned to"):
            generator.generate(PROMPT)
        with pytest.raises(BackendError, match="400 Server is pinned to"):
            asyncio.run(generator.agenerate(PROMPT))


class TestPromises(ServerSuite):
    """The promises of every generator behind a server, with a faulty one."""

    backend, path, words_begin = "openai", "/chat/completions", 1
    reasons: ClassVar = {"end": "its end is missing", "garbage": "not a chat completion"}

    @pytest.fixture
    def server(self, server: OpenAIServer) -> OpenAIServer:
        return server

    @pytest.fixture
    def generator(self, generator: TextGenerator) -> TextGenerator:
        return generator

    def check_error(self, error: BaseException) -> None:
        _assert_key_is_nowhere(error)


def test_a_text_is_one_message_of_the_user(server: OpenAIServer, generator: TextGenerator) -> None:
    sampling = Sampling(temperature=0.5, max_tokens=3, top_p=0.9, seed=7, stop=("x", "y"))
    generator.generate(PROMPT, sampling)
    (request,) = server.asked("/v1/chat/completions")
    assert request.body == {
        "model": "Qwen/Qwen3-0.6B",
        "messages": [{"role": "user", "content": PROMPT}],
        "stream": True,
        "temperature": 0.5,
        "max_tokens": 3,
        "top_p": 0.9,
        "seed": 7,
        "stop": ["x", "y"],
    }


def test_a_conversation_stays_one(server: OpenAIServer, generator: TextGenerator) -> None:
    messages: Any = [{"role": "system", "content": "Be"}, {"role": "user", "content": "Hello"}]
    generator.generate(messages)
    (request,) = server.asked("/v1/chat/completions")
    assert request.body["messages"] == messages
    # Options that were not set are left to the server.
    assert request.body.keys() == {"model", "messages", "stream", "temperature", "max_tokens"}


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_addresses(server: OpenAIServer, suffix: str) -> None:
    assert load(QWEN3_0_6B, backend="openai", base_url=server.url + suffix).generate("x", SHORT)
    assert [request.path for request in server.requests] == ["/v1/models", "/v1/chat/completions"]


def test_the_address_of_the_environment(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_OPENAI_BASE_URL", server.url)
    assert load(QWEN3_0_6B, backend="openai").generate(PROMPT, SHORT)


@pytest.mark.parametrize(
    "address",
    [
        *("localhost:8000", "ftp://localhost", "http://", "http://[::1", "http://host:http"),
        *("http://h\x00st", "http://me:word@host", "http://me:wo/rd@host", "http://me:80word@host"),
    ],
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(LoadError, match="address") as caught:
        load(QWEN3_0_6B, backend="openai", base_url=address)
    assert "wo" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    ("model", "named", "environment", "expected"),
    [
        (QWEN3_0_6B, None, {}, None),
        (QWEN3_0_6B, None, {"HF_TOKEN": "hf"}, "hf"),
        (QWEN3_0_6B, None, {"HF_TOKEN": " hf\n"}, "hf"),
        (QWEN3_0_6B, None, {"HF_TOKEN": "hf", "MIXTRAL_API_KEY": "mixtral"}, "hf"),
        (QWEN3_0_6B, None, {"MIXTRAL_API_KEY": "mixtral"}, None),
        (QWEN3_0_6B, "named", {"HF_TOKEN": "hf"}, "named"),
        (MIXTRAL_8X7B_INSTRUCT_V0_1, None, {"HF_TOKEN": "hf", "MIXTRAL_API_KEY": "mi"}, "mi"),
        (MIXTRAL_8X7B_INSTRUCT_V0_1, None, {"HF_TOKEN": "hf"}, "hf"),
        (MIXTRAL_8X7B_INSTRUCT_V0_1, None, {"HF_TOKEN": "hf", "MIXTRAL_API_KEY": " "}, "hf"),
        (MIXTRAL_8X7B_INSTRUCT_V0_1, "named", {"MIXTRAL_API_KEY": "mi"}, "named"),
    ],
)
def test_which_key_is_sent(
    server: OpenAIServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    model: Any,
    named: str | None,
    environment: dict[str, str],
    expected: str | None,
) -> None:
    # The login of huggingface_hub, which the library would send to any server.
    (tmp_path / "token").write_text("hf_login_token", "utf-8")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    generator = load(model, backend="openai", base_url=server.url, api_key=named)
    generator.generate(PROMPT, SHORT)
    asyncio.run(generator.agenerate(PROMPT, SHORT))
    sent = {request.headers.get("authorization") for request in server.requests}
    assert len(server.requests) == 3
    assert sent == {f"Bearer {expected}" if expected else None}


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://x.endpoints.huggingface.cloud", True),
        ("http://gpu.example.com:8000/v1", False),
        ("HTTP://gpu.example.com", False),
        ("http://192.168.0.7:8000", False),
        ("http://localhost.example.com", False),
    ],
)
def test_the_token_of_the_hub_is_not_sent_readably(
    monkeypatch: pytest.MonkeyPatch, address: str, sent: bool
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_1")
    monkeypatch.setenv("MIXTRAL_API_KEY", "mixtral")
    key, source = find_key(QWEN3_0_6B, LoadOptions(), address, huggingface_hub)
    assert (key is not None) is sent
    assert "HF_TOKEN" in source
    # Keys that are meant for that server are sent to it.
    _, source = find_key(MIXTRAL_8X7B_INSTRUCT_V0_1, LoadOptions(), address, huggingface_hub)
    assert source == "MIXTRAL_API_KEY"
    options = LoadOptions(api_key=Secret("named"))
    assert find_key(QWEN3_0_6B, options, address, huggingface_hub)[1] == "api_key"


def test_no_connection_is_kept(server: OpenAIServer, generator: TextGenerator) -> None:
    # Servers may close kept-alive connections at any time, also while a request is under way.
    generator.generate(PROMPT, SHORT)
    asyncio.run(generator.agenerate(PROMPT, SHORT))
    assert [request.headers["connection"] for request in server.requests] == ["close"] * 3


def test_a_key_that_fits_no_header(server: OpenAIServer) -> None:
    for key in ("two words", "naïve", "a\x00b", "a\nb"):
        with pytest.raises(AuthenticationError, match="the key in api_key is") as caught:
            load(QWEN3_0_6B, backend="openai", base_url=server.url, api_key=key)
        assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("model", "looked"),
    [
        (QWEN3_0_6B, "none in api_key or HF_TOKEN"),
        (MIXTRAL_8X7B_INSTRUCT_V0_1, "none in api_key or MIXTRAL_API_KEY or HF_TOKEN"),
    ],
)
def test_no_key(model: Any, looked: str) -> None:
    with pytest.raises(AuthenticationError, match=f"require a key; there is {looked}"):
        load(model, backend="openai")
    with (
        OpenAIServer(key=KEY) as server,
        pytest.raises(AuthenticationError, match=f"requires a key; there is {looked}"),
    ):
        load(model, backend="openai", base_url=server.url)


def test_the_hub_takes_only_its_own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXTRAL_API_KEY", KEY)
    with pytest.raises(AuthenticationError, match=r"the key from MIXTRAL_API_KEY .* hf_") as caught:
        load(MIXTRAL_8X7B_INSTRUCT_V0_1, backend="openai")
    assert KEY not in str(caught.value)


def test_the_hub_is_asked_where_no_server_is_named(
    monkeypatch: pytest.MonkeyPatch, server: OpenAIServer
) -> None:
    """Its address cannot be configured, so the request is intercepted."""
    sent = []

    def hook(request: Any) -> None:
        sent.append((request.url.host, request.url.path, request.headers["authorization"]))
        raise huggingface_hub.errors.OfflineModeIsEnabled

    import httpx2

    huggingface_hub.set_client_factory(lambda: httpx2.Client(event_hooks={"request": [hook]}))
    monkeypatch.setenv("HF_TOKEN", "hf_token")
    try:
        generator = load(QWEN3_0_6B, backend="openai")
        assert not sent, "nothing is asked before there is something to ask"
        with pytest.raises(ServerUnavailableError, match="HF_HUB_OFFLINE"):
            generator.generate(PROMPT)
    finally:
        from huggingface_hub.utils._http import default_client_factory

        huggingface_hub.set_client_factory(default_client_factory)
    assert sent == [("router.huggingface.co", "/v1/chat/completions", "Bearer hf_token")]


def test_offline(server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ServerUnavailableError, match="HF_HUB_OFFLINE is set"):
        load(QWEN3_0_6B, backend="openai", base_url=server.url)


def test_a_wrong_key_at_load() -> None:
    with (
        OpenAIServer(key="another") as server,
        pytest.raises(AuthenticationError, match="refuses the key from api_key") as caught,
    ):
        load(QWEN3_0_6B, backend="openai", base_url=server.url, api_key=KEY)
    _assert_key_is_nowhere(caught.value)


@both_ways
def test_a_wrong_key_later(server: OpenAIServer, asynchronous: bool) -> None:
    generator = load(QWEN3_0_6B, backend="openai", base_url=server.url, api_key=KEY)
    server.key = "another"
    with pytest.raises(AuthenticationError, match=r"provided: \*\*\*") as caught:
        generate(generator, asynchronous)
    _assert_key_is_nowhere(caught.value)


@both_ways
@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        ({"status": 400, "message": "too long"}, BackendError, "answers: 400 too long"),
        ({"status": 404, "message": "no such model"}, BackendError, "404 no such model"),
        ({"status": 422, "message": b'{"detail": "bad field"}'}, BackendError, "422 bad field"),
        ({"status": 429, "message": "slow down"}, BackendError, "429 slow down"),
        ({"status": 500, "message": "it broke"}, BackendError, "500 it broke"),
        ({"status": 501, "message": "no", "chunked": True}, BackendError, "501 no"),
        ({"status": 503, "message": b'{"error": "busy"}'}, BackendError, "503 busy"),
        ({"status": 502, "message": b"<html>"}, BackendError, "502 Bad Gateway"),
        ({"status": 500, "message": b"plain words"}, BackendError, "500 plain words"),
        ({"status": 500, "message": b""}, BackendError, "500 Internal Server Error"),
        ({"status": 401, "message": f"no {KEY}"}, AuthenticationError, r"from api_key \(no \*\*\*"),
        ({"status": 403, "message": "not yours"}, AuthenticationError, "not yours"),
        ({"status": 500, "message": f"no {KEY}"}, BackendError, r"500 no \*\*\*"),
        ({"status": 200, "message": b"<html>"}, ServerUnavailableError, "its end is missing"),
    ],
    ids=lambda value: str(value["status"]) if isinstance(value, dict) else "",
)
def test_a_refusal(
    server: OpenAIServer,
    fault: dict[str, Any],
    error: type[Exception],
    message: str,
    asynchronous: bool,
) -> None:
    generator = load(QWEN3_0_6B, backend="openai", base_url=server.url, api_key=KEY)
    server.fails("status", path="/chat/completions", **fault)
    with pytest.raises(error, match=message) as caught:
        generate(generator, asynchronous)
    _assert_key_is_nowhere(caught.value)
    assert generator.generate(PROMPT, SHORT)


def test_a_server_that_is_not_there(server: OpenAIServer) -> None:
    server.stop()
    with pytest.raises(ServerUnavailableError, match=f"cannot connect to {server.url}"):
        load(QWEN3_0_6B, backend="openai", base_url=server.url)


def test_a_server_that_is_slow(server: OpenAIServer) -> None:
    generator = load(QWEN3_0_6B, backend="openai", base_url=server.url, timeout=2)
    server.delay = 30
    with pytest.raises(ServerUnavailableError, match=r"sent nothing for 2 s"):
        generator.generate(PROMPT)


@pytest.mark.parametrize("status", [404, 405, 500])
def test_a_server_without_a_list_of_models(server: OpenAIServer, status: int) -> None:
    server.fails("status", status=status, path="/models")
    assert load(QWEN3_0_6B, backend="openai", base_url=server.url).generate(PROMPT, SHORT)


def test_a_kind_that_it_does_not_serve() -> None:
    with pytest.raises(UnsupportedError, match="'openai' does not support colbert models"):
        load(COLBERT_V2, backend="openai")


def test_the_key_is_in_no_log(server: OpenAIServer, caplog: pytest.LogCaptureFixture) -> None:
    # In any log: ours, the library's and those of its dependencies.
    caplog.set_level(logging.DEBUG)
    generator = load(QWEN3_0_6B, backend="openai", base_url=server.url, api_key=KEY)
    generator.generate(PROMPT, SHORT)
    asyncio.run(generator.agenerate(PROMPT, SHORT))
    server.fails("status", status=401, message=f"no {KEY}", path="/chat/completions")
    with pytest.raises(AuthenticationError):
        generator.generate(PROMPT)
    ours = [record for record in caplog.records if record.name.startswith("registry")]
    assert [record.getMessage() for record in ours] == [
        f"qwen3-0.6b: {server.url}, key from api_key"
    ]
    assert KEY not in caplog.text


def test_the_key_is_in_no_repr(server: OpenAIServer) -> None:
    options = LoadOptions(api_key=Secret(KEY))
    assert KEY not in repr(options)
    assert KEY not in f"{Secret(KEY)} {Secret(KEY)!r} {[Secret(KEY)]}"
    generator = load(QWEN3_0_6B, backend="openai", base_url=server.url, api_key=KEY)
    stream = generator.stream(PROMPT, SHORT)
    next(stream)
    assert isinstance(stream, GeneratorType)
    assert stream.gi_frame is not None
    assert isinstance(generator, OpenAIGenerator)
    shown = [*vars(generator).values(), *vars(generator._connection).values()]
    shown += [generator, stream, *stream.gi_frame.f_locals.values()]
    assert KEY not in repr(shown)
    stream.close()


def test_without_the_package() -> None:
    assert failure_without("huggingface_hub", "QWEN3_0_6B", "openai") == (
        "huggingface_hub is not installed: pip install 'tessera-registry[hub]'\n"
    )


def _assert_key_is_nowhere(error: BaseException) -> None:
    """Neither in the message nor in a traceback, including local variables of our frames."""
    assert isinstance(error, RegistryError)
    assert error.__cause__ is None
    assert error.__context__ is None, "a frame of the library, where the key is a variable"
    assert KEY not in "".join(traceback.format_exception(error))
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if "/registry/backends/" in frame.f_code.co_filename:
            assert KEY not in repr(frame.f_locals)
    gc.collect()
