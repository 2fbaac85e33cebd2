"""Errors quote the server's own message, however the server wraps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from goldens import Golden
from registry import ALL_MINILM_L6_V2, QWEN3_0_6B
from registry.errors import BackendError
from registry.loading.load import load
from registry.ollama.models import read_ollama
from registry.secret import Secret
from registry.server_words import quotable, server_words, tokens_and_window
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model
from servers.openai import OpenAIServer
from servers.recordings import recorded

ERRORS = recorded(Path(__file__).parent / "recorded" / "errors.jsonl")
DIED = "llama-server process has terminated: signal: killed"


def test_what_real_servers_said(golden: Golden) -> None:
    lines = [
        f"{each['server']} {each['status']}: {server_words(_raw(each['body']))}" for each in ERRORS
    ]
    assert not [line for line in lines if "{" in line.partition(": ")[2][:1] or '"detail"' in line]
    golden("\n".join(lines) + "\n")


def _raw(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body)


@pytest.mark.parametrize("each", ERRORS, ids=lambda e: f"{e['server']} {e['status']}")
def test_they_reach_the_caller(each: dict[str, Any]) -> None:
    with OpenAIServer() as server:
        generator = load(QWEN3_0_6B, backend="openai", base_url=server.url)
        server.fails(
            "status",
            status=each["status"],
            message=_raw(each["body"]).encode(),
            path="/chat/completions",
        )
        with pytest.raises(BackendError) as caught:
            generator.generate("Once")
    assert str(each["status"]) in str(caught.value)
    assert server_words(_raw(each["body"]))[:200] in str(caught.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": "{\\"error\\": {\\"code\\": 400, \\"message\\": \\"no\\"}}"}', "no"),
        ("plain  words\nof two lines", "plain words of two lines"),
        ("<html><h1>502 Bad Gateway</h1></html>", ""),
        ("", ""),
        ("{half", "{half"),
        ('{"error": null, "message": "said besides"}', "said besides"),
        ('{"error": {"code": 7}}', "{'code': 7}"),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_what_a_body_says(body: str, words: str) -> None:
    assert server_words(body) == words


WINDOW = "This model's maximum context length is 4096 tokens"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (f"{WINDOW}. However, you requested 5000 tokens in the input", (5000, 4096)),
        (
            f"{WINDOW}. However, you requested 6000 tokens (5000 in the messages, 1000 in the "
            "completion)",
            (5000, 4096),
        ),
        (
            f"{WINDOW}. However, you requested 4196 tokens (100 in the messages, 4096 in the "
            "completion)",
            None,
        ),
        (f"'max_tokens' is too large: 4096. {WINDOW} and your request has 100 input tokens", None),
        ("request (4096 tokens) exceeds the available context size (4096 tokens)", (4096, 4096)),
    ],
)
def test_the_tokens_of_the_prompt_alone(words: str, numbers: tuple[int, int] | None) -> None:
    assert tokens_and_window(words) == numbers


def test_what_is_quoted() -> None:
    key = Secret("sk-" + "k" * 40)
    for before in range(450, 500):
        said = quotable(f"{'x' * before}{key.reveal()} is wrong", key)
        assert said == f"{'x' * before}*** is wrong"[:500]
    assert quotable("[" * 5000, None) == "[" * 500


def test_a_runner_that_died() -> None:
    with OllamaServer() as server:
        server.store.add(QWEN3_0_6B.ollama_tag or "", StoredModel())
        server.store.add("all-minilm:l6", embedding_model(384))
        generator = load(QWEN3_0_6B, backend="ollama", base_url=server.url)
        server.fails("status", status=500, message=DIED)
        with pytest.raises(BackendError, match=f"500: {DIED}$"):
            generator.generate("Once")
        encoder = load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)
        eof = 'do embedding request: Post "http://127.0.0.1:1/embedding": EOF'
        server.fails("status", status=400, message=eof)
        with pytest.raises(BackendError, match="EOF"):
            encoder.encode_documents(["one"])
        assert encoder.encode_documents(["one"]).shape == (1, 384), "the next request works"
        nested = b'{"error": "{\\"error\\": {\\"message\\": \\"the disk is full\\"}}"}'
        server.fails("status", status=500, message=nested, path="/api/tags")
        with pytest.raises(Exception, match=r"refused the request: the disk is full$"):
            read_ollama(server.url)
