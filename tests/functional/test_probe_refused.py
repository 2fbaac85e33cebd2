"""A text that a busy server did not answer proves nothing; one that it refused as too long does."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from alone import alone

from registry import ALL_MINILM_L6_V2, load
from registry.errors import BackendError, CheckpointError
from registry.loading.probing import check_served
from servers.embedding import EmbeddingServer
from servers.ollama import OllamaServer
from servers.ollama_store import embedding_model
from servers.refusing import refuse_long_texts

__all__ = ["alone"]  # a fixture that pytest finds by name

TAG = "all-minilm:l6"
FAILURES = [
    (401, "no such key"),
    (408, "timeout"),
    (424, "Backend error: CUDA error"),
    (429, "Too many requests"),
    (500, "server busy, maximum pending requests exceeded"),
    (500, "unsupported value: NaN"),
    (502, "Bad Gateway"),
    (503, "Model is overloaded"),
    (504, "the input is too long, or the server too slow"),
    (400, 'do embedding request: Post "http://127.0.0.1:4/embedding": EOF'),
]
REFUSALS = [
    (400, "the input length exceeds the context length"),
    (400, "This model's maximum context length is 256 tokens. However, you requested 410 tokens"),
    (413, ""),
    (422, "Input validation error: `inputs` must have less than 256 tokens. Given: 410"),
    (424, "`inputs` must have less than 256 tokens"),
    (500, "input (410 tokens) is too large to process. increase the physical batch size"),
]


def dense(server: Any, backend: str = "openai") -> None:
    load(ALL_MINILM_L6_V2, backend=backend, base_url=server.url).close()


@pytest.mark.parametrize(("status", "message"), FAILURES)
def test_a_server_that_fails_has_not_refused_a_text(status: int, message: str) -> None:
    with EmbeddingServer("infinity", reads=512) as server:
        refuse_long_texts(server, status, message, times=1)
        with pytest.raises(BackendError, match=message[:10]):
            dense(server)
        with pytest.raises(CheckpointError, match="reads further"):
            dense(server)


@pytest.mark.parametrize(("status", "message"), REFUSALS)
def test_a_server_may_refuse_long_texts(status: int, message: str) -> None:
    with EmbeddingServer("tei") as server:
        refuse_long_texts(server, status, message)
        dense(server)
        found = check_served(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
    assert found.comparison is not None
    assert found.comparison.refused == ("at the limit", "far beyond it")


def test_an_invalid_vector_is_no_refusal() -> None:
    with EmbeddingServer("infinity") as server:
        usual = server.embed

        def embed(text: str, width: int) -> list[float]:
            return [float("nan")] * width if len(text.split()) > 100 else usual(text, width)

        server.embed = embed
        with pytest.raises(BackendError, match="NaN"):
            dense(server)


@pytest.mark.parametrize(("status", "times"), [(503, 1), (400, 4)])
def test_a_digest_is_proven_by_answers_alone(status: int, times: int) -> None:
    with OllamaServer() as server:
        server.store.add(TAG, embedding_model(384, layers=(f"GGUF {status}".encode(),)))
        refuse_long_texts(server, status, "the server says why", times)
        with nullcontext() if status == 400 else pytest.raises(BackendError, match="says why"):
            dense(server, "ollama")
        for requests in (5, 1):  # the width, and four long texts
            before = len(server.asked("/api/embed"))
            dense(server, "ollama")
            assert len(server.asked("/api/embed")) - before == requests


@pytest.mark.parametrize("change", [{"max_sequence_length": 128}, {"query_prompt": "query: "}])
def test_a_digest_is_proven_for_one_entry(change: dict[str, Any]) -> None:
    with OllamaServer() as server:
        server.store.add(TAG, embedding_model(384, layers=(repr(change).encode(),)))
        for entry, requests in (
            (ALL_MINILM_L6_V2, 5),  # the width, and four long texts
            (ALL_MINILM_L6_V2, 1),
            (replace(ALL_MINILM_L6_V2, **change), 5),
        ):
            before = len(server.asked("/api/embed"))
            load(entry, backend="ollama", base_url=server.url).close()
            assert len(server.asked("/api/embed")) - before == requests


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("path", ["/info", "/v1/models"])
def test_a_page_of_a_busy_server_is_not_missing(path: str, status: int) -> None:
    with EmbeddingServer("tei") as server:
        server.info = {"model_sha": "b" * 40}
        server.fails("status", status=status, message="busy", path=path)
        with pytest.raises(BackendError, match=f"{status} busy"):
            dense(server)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_page_that_is_missing(status: int) -> None:
    with EmbeddingServer("tei") as server:
        server.fails("status", status=status, path="/info")
        server.fails("status", status=status, path="/v1/models")
        dense(server)
