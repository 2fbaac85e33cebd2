"""A served model reads as many tokens as its entry says, and never silently fewer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from registry import ALL_MINILM_L6_V2, COLBERT_V2, NOMIC_EMBED_TEXT_V1_5, QWEN3_0_6B
from registry.encoders.generator import Prompt, Sampling
from registry.errors import InputError, LoadError, UnsupportedError
from registry.loading.load import load
from registry.loading.manager import ModelManager
from servers.ollama import OllamaServer
from servers.ollama_store import StoredModel, embedding_model
from servers.openai import OpenAIServer

TAG = "qwen3:0.6b-q4_K_M"
SHORT = Sampling(temperature=0, max_tokens=4)
# 6,002 tokens, as a real Ollama counted them.
LONG = "filler text here. " * 1500


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add(TAG, StoredModel(family="qwen3", context_length=40_960))
        server.store.add("all-minilm:l6", embedding_model(384))
        long = embedding_model(768, family="nomic-bert", context_length=8192)
        server.store.add("nomic-embed-text:v1.5", long)
        yield server


@pytest.mark.parametrize(
    ("model", "length"), [(ALL_MINILM_L6_V2, 256), (NOMIC_EMBED_TEXT_V1_5, 8192)]
)
def test_a_text_is_read_as_far_as_the_entry_says(
    server: OllamaServer, model: Any, length: int
) -> None:
    encoder = load(model, backend="ollama", base_url=server.url)
    inside, beyond = length - 20, length + 20
    texts = [
        "word " * beyond,
        "word " * (beyond - 5) + "other words",
        "word " * inside + "other " + "word " * (beyond - inside),
    ]
    same, too, another = encoder.encode_documents(texts)
    assert np.array_equal(same, too), "a difference beyond the window"
    assert not np.array_equal(same, another), "a difference within it"
    for request in server.asked("/api/embed"):
        assert request.body["options"] == {"num_ctx": length, "num_batch": length}
        assert "dimensions" not in request.body


def test_a_length_that_is_below_the_networks(server: OllamaServer) -> None:
    short = replace(NOMIC_EMBED_TEXT_V1_5, max_sequence_length=128)
    load(short, backend="ollama", base_url=server.url)
    assert server.asked("/api/embed")[0].body["options"]["num_ctx"] == 128


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("prompt", [LONG, [{"role": "user", "content": LONG}]])
def test_a_prompt_that_does_not_fit(
    server: OllamaServer, prompt: Prompt, asynchronous: bool
) -> None:
    generator = load(QWEN3_0_6B, backend="ollama", base_url=server.url)

    def ask() -> str:
        if asynchronous:
            return asyncio.run(generator.agenerate(prompt, SHORT))
        return generator.generate(prompt, SHORT)

    with pytest.raises(InputError, match=r"6,0\d\d tokens, .* 4,096; context_length="):
        ask()
    roomy = load(QWEN3_0_6B, backend="ollama", base_url=server.url, context_length=8192)
    assert roomy.generate(prompt, SHORT)
    assert server.requests[-1].body["options"]["num_ctx"] == 8192


def test_a_manager_with_a_window(server: OllamaServer) -> None:
    manager = ModelManager(
        "ollama", model_id="qwen3-0.6b", ollama_host=server.url, context_length=8192
    )
    assert manager.generate_response(LONG)


@pytest.mark.parametrize(
    ("wanted", "error"), [(10_000_000, LoadError), (0, InputError), (1.5, InputError)]
)
def test_a_window_that_the_model_has_not(
    server: OllamaServer, wanted: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="context_length"):
        load(QWEN3_0_6B, backend="ollama", base_url=server.url, context_length=wanted)


def test_who_does_not_honour_it_refuses_it(server: OllamaServer) -> None:
    with pytest.raises(UnsupportedError, match="context_length"):
        load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url, context_length=512)
    for model in (ALL_MINILM_L6_V2, COLBERT_V2):
        with pytest.raises(UnsupportedError, match="context_length"):
            load(model, context_length=512)
    with OpenAIServer() as other, pytest.raises(UnsupportedError, match="context_length"):
        load(QWEN3_0_6B, backend="openai", base_url=other.url, context_length=512)


@pytest.mark.parametrize(
    "words",
    [
        "request (6023 tokens) exceeds the available context size (4096 tokens), try increasing it",
        "This model's maximum context length is 4096 tokens. However, you requested 6023 tokens",
    ],
)
def test_other_servers_say_so_in_their_words(words: str) -> None:
    with OpenAIServer() as server:
        generator = load(QWEN3_0_6B, backend="openai", base_url=server.url)
        server.fails("status", status=400, message=words, path="/chat/completions")
        with pytest.raises(InputError, match=r"6,023 tokens.*4,096"):
            generator.generate("Once")
