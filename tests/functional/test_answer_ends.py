"""The ends of server answers are judged by their meaning, not by the exact bytes."""

from __future__ import annotations

import asyncio
import json
import warnings
from collections.abc import Iterator
from contextlib import closing

import pytest

from registry import QWEN3_0_6B
from registry.encoders.generator import Sampling, TextGenerator
from registry.errors import BackendError, ServerUnavailableError
from registry.loading.load import load
from servers.faults import Json
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel
from servers.openai import OpenAIServer

TAG = "qwen3:0.6b-q4_K_M"
both_ways = pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def generator(server: OpenAIServer) -> TextGenerator:
    return load(QWEN3_0_6B, backend="openai", base_url=server.url, timeout=60)


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel(family="qwen3"))
        yield server


def words(text: str, reason: str | None = None, **delta: str) -> bytes:
    """A part of a stream with words, or with thinking or the like."""
    return part({"content": text} | delta, reason)


def part(delta: Json, reason: str | None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return b"data: " + json.dumps({"choices": [choice]}, ensure_ascii=False).encode() + b"\n\n"


def answer(generator: TextGenerator, asynchronous: bool) -> list[str]:
    if not asynchronous:
        with closing(generator.stream("Once")) as pieces:
            return list(pieces)

    async def take() -> list[str]:
        return [piece async for piece in generator.astream("Once")]

    return asyncio.run(asyncio.wait_for(take(), 30))


@both_ways
@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b"data: [DONE]\n\n", "stop"),
        (b"data:[DONE]\n\n", "stop"),
        (b"data:[DONE]", "stop"),
        (b"data: [DONE]", "stop"),
        (b"", "stop"),
        (b"data: <html>502</html>\n\n", "stop"),
        (b'data: {"error": "too late"}\n\n', "stop"),
        (b"data: 7\n\n: a comment\n\nevent: ping\ndata: {\n\n", "stop"),
        (b'data: {"choices": null, "usage": {}}\n\n', "stop"),
        (b"\xff\xfe", "stop"),
    ],
)
def test_nothing_that_follows_a_reason_matters(
    server: OpenAIServer, generator: TextGenerator, tail: bytes, reason: str, asynchronous: bool
) -> None:
    server.says(words("one") + words(" two") + words("", reason) + tail)
    assert answer(generator, asynchronous) == ["one", " two"]
    assert generator.finish_reason == reason


@both_ways
def test_a_connection_that_stays_open_behind_the_reason(
    server: OpenAIServer, generator: TextGenerator, asynchronous: bool
) -> None:
    server.fails("hang", after=4, path="/chat/completions")
    server.says(words("one"), words(" two"), words("", "stop"), b": hanging\n\n", b"data: 1\n\n")
    assert answer(generator, asynchronous) == ["one", " two"]


@both_ways
@pytest.mark.parametrize("done", [b"data: [DONE]\n\n", b"data:[DONE]\n\n", b"data: [DONE]"])
def test_done_ends_an_answer_without_a_reason(
    server: OpenAIServer, generator: TextGenerator, done: bytes, asynchronous: bool
) -> None:
    server.says(words("one", "") + words(" two", "") + done)
    assert answer(generator, asynchronous) == ["one", " two"]
    assert generator.finish_reason is None


@both_ways
def test_an_empty_reason_is_no_end(
    server: OpenAIServer, generator: TextGenerator, asynchronous: bool
) -> None:
    server.says(words("one", "") + words(" two", ""))
    with pytest.raises(ServerUnavailableError, match="its end is missing"):
        answer(generator, asynchronous)
    assert generator.finish_reason is None


@both_ways
@pytest.mark.parametrize("strange", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\x1e"])
def test_what_ends_no_line_is_text(
    server: OpenAIServer,
    ollama: OllamaServer,
    generator: TextGenerator,
    strange: str,
    asynchronous: bool,
) -> None:
    text = f"one{strange}two"
    server.says(words(text) + words("", "stop"))
    assert answer(generator, asynchronous) == [text]
    served = load(QWEN3_0_6B, backend="ollama", base_url=ollama.url, timeout=60)
    line = {"model": TAG, "response": text, "done": True, "done_reason": "stop"}
    ollama.fails("status", status=200, message=json.dumps(line, ensure_ascii=False).encode())
    assert answer(served, asynchronous) == [text]


@both_ways
def test_events_in_pieces_of_any_size(
    server: OpenAIServer, generator: TextGenerator, asynchronous: bool
) -> None:
    whole = (words("eins 東京") + words(" zwei", "length")).replace(b"\n", b"\r\n")
    server.says(*(whole[index : index + 1] for index in range(len(whole))))
    assert answer(generator, asynchronous) == ["eins 東京", " zwei"]
    assert generator.finish_reason == "length"


@both_ways
@pytest.mark.parametrize(
    ("event", "said"),
    [
        (b'data: {"error": {"message": "out of memory", "code": 500}}\n\n', "out of memory"),
        (b'data: {"error": "out of memory"}\n\n', "out of memory"),
        (b'event: error\ndata: {"message": "out of memory"}\n\n', "out of memory"),
        (b"event: error\ndata: out of memory\n\n", "out of memory"),
        (b'data: {"object": "error", "message": "out of memory"}\n\n', "out of memory"),
        (b'data: {"detail": "out of memory"}\n\n', "out of memory"),
        (b'error: {"code": 500, "message": "out of memory"}\n\n', "out of memory"),
        (b'data: {"error": "{\\"error\\": {\\"message\\": \\"out of memory\\"}}"}\n\n', "memory"),
    ],
)
def test_an_error_in_the_servers_words(
    server: OpenAIServer, generator: TextGenerator, event: bytes, said: str, asynchronous: bool
) -> None:
    server.says(words("one") + event)
    with pytest.raises(BackendError, match=f"answers: (out of )?{said}$") as caught:
        answer(generator, asynchronous)
    assert not isinstance(caught.value, ServerUnavailableError)


@both_ways
@pytest.mark.parametrize("reason", ["length", "content_filter", "tool_calls", "stop"])
def test_why_an_answer_ended_reaches_the_caller(
    server: OpenAIServer, generator: TextGenerator, reason: str, asynchronous: bool
) -> None:
    server.says(words("one") + words("", reason) + b"data: [DONE]\n\n")
    assert answer(generator, asynchronous) == ["one"]
    assert generator.finish_reason == reason


@both_ways
def test_why_an_answer_of_ollama_ended(ollama: OllamaServer, asynchronous: bool) -> None:
    generator = load(QWEN3_0_6B, backend="ollama", base_url=ollama.url)

    def generate(sampling: Sampling) -> str:
        if asynchronous:
            return asyncio.run(generator.agenerate("Once", sampling))
        return generator.generate("Once", sampling)

    whole = generate(Sampling(temperature=0, max_tokens=6))
    assert generator.finish_reason == "length"
    generate(Sampling(temperature=0, max_tokens=50, stop=(whole.split()[2],)))
    assert generator.finish_reason == "stop"


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning"])
def test_thoughts_that_leave_no_room_for_an_answer(
    server: OpenAIServer, generator: TextGenerator, name: str
) -> None:
    thoughts = part({name: "let me see"}, None)
    server.says(thoughts + words("", "length"))
    with pytest.warns(UserWarning, match=r"the answer is empty: max_tokens \(512\) .* thinking"):
        assert generator.generate("Once") == ""
    server.says(words("<think>\nlet me see") + words("", "length"))
    with pytest.warns(UserWarning, match="thinking"):
        generator.generate("Once")
    server.says(words("<think>\nso.</think>\n\nYes") + words("", "length"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        generator.generate("Once")


def test_thoughts_of_ollama_that_leave_no_room(ollama: OllamaServer) -> None:
    generator = load(QWEN3_0_6B, backend="ollama", base_url=ollama.url)
    lines = [
        {"message": {"role": "assistant", "content": "", "thinking": "let me see"}, "done": False},
        {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "length"},
    ]
    whole = "".join(json.dumps(line) + "\n" for line in lines).encode()
    ollama.fails("status", status=200, message=whole)
    with pytest.warns(UserWarning, match="thinking"):
        generator.generate([{"role": "user", "content": "Once"}])
    assert generator.finish_reason == "length"
