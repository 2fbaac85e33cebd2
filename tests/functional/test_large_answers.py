"""Vectors take much room: requests are limited by it, and responses have their own budget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from alone import alone

from registry import ALL_MINILM_L6_V2
from registry.backends._openai_pages import ask
from registry.budgets import METADATA, VECTORS, Budget, Meter
from registry.errors import ServerUnavailableError
from registry.loading.load import load
from servers.embedding import EmbeddingServer
from servers.ollama import OllamaServer
from servers.ollama_store import embedding_model

__all__ = ["alone"]  # a fixture that pytest finds by name

METER = "registry.backends._openai_pages.Meter"


def test_the_budget_of_each_response(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[Budget] = []

    def meter(budget: Budget) -> Meter:
        used.append(budget)
        return Meter(budget)

    monkeypatch.setattr(METER, meter)
    with EmbeddingServer("tei") as server:
        load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
    assert used[0] is METADATA
    assert used[-1] is VECTORS


def test_what_makes_a_response_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddingServer("tei") as server:
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        monkeypatch.setattr(METER, lambda budget: Meter(replace(budget, size=1024)))
        with pytest.raises(ServerUnavailableError, match=r"larger than 1 KiB; .*batch_size"):
            encoder.encode_documents(["one"])


@pytest.mark.parametrize("backend", ["openai", "ollama"])
def test_requests_are_limited_by_the_width(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.backends._http_batches._MOST_ANSWER", 384 * 25 * 4)
    with EmbeddingServer("llama.cpp") as http, OllamaServer() as ollama:
        ollama.store.add("all-minilm:l6", embedding_model(384))
        server: Any = http if backend == "openai" else ollama
        encoder = load(ALL_MINILM_L6_V2, backend=backend, base_url=server.url)
        assert encoder.encode_documents(["one"] * 10, batch_size=1_000).shape == (10, 384)
        sizes = [len(each.body["input"]) for each in server.requests[-3:]]
    assert sizes == [4, 4, 2]


def test_many_pieces_take_no_quadratic_time() -> None:
    few, many = 5_000, 20_000
    # In turn, so that a machine that becomes busy slows both; the least that each takes.
    took = [(_seconds(few), _seconds(many)) for _ in range(5)]
    ratio = min(of_many for _, of_many in took) / min(of_few for of_few, _ in took)
    assert ratio < 10  # 4 if the time is linear, 16 if it is quadratic


def _seconds(number: int) -> float:
    """What an answer takes that arrives in so many pieces of 1 KiB."""
    pieces = [b"[", *[b" " * 1024] * number, b"]"]

    @contextmanager
    def page(*_: object, **__: object) -> Iterator[Any]:
        yield SimpleNamespace(status_code=200, iter_bytes=lambda: iter(pieces))

    connection: Any = SimpleNamespace(at_root=set(), open=page)
    began = time.process_time()
    assert ask(connection, "embeddings", {}) == []
    return time.process_time() - began
