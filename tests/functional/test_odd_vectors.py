"""Server responses that are not vectors or scores, or not those that were asked for."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import numpy as np
import pytest
from alone import alone

from registry import ALL_MINILM_L6_V2, MS_MARCO_MINILM_L6_V2
from registry.errors import BackendError, CheckpointError, RegistryError, ServerUnavailableError
from registry.loading.load import load
from servers.embedding import EmbeddingServer

__all__ = ["alone"]  # a fixture that pytest finds by name

THREE = ["one", "two", "three"]
UNIT = [[float(n == at) for n in range(384)] for at in range(3)]
NAN = float("nan")


def row(index: Any, vector: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": vector}


def packed(vector: list[float], form: str = "f") -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}{form}", *vector)).decode()


ROWS = [row(n, each) for n, each in enumerate(UNIT)]


def encoded(answer: Any, status: int = 200) -> Any:
    """The result of an encoder for one response; later requests succeed."""
    with EmbeddingServer("tei") as server:
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        server.fails("status", status=status, message=body, path="/embeddings")
        try:
            return encoder.encode_documents(THREE)
        finally:
            assert encoder.encode_documents(THREE).shape == (3, 384)


READ: dict[str, Any] = {
    "in another order": [ROWS[2], ROWS[0], ROWS[1]],
    "base64": [row(n, packed(each)) for n, each in enumerate(UNIT)],
    "some in base64": [ROWS[0], row(1, packed(UNIT[1])), ROWS[2]],
    "whole numbers": [row(n, [int(x) for x in each]) for n, each in enumerate(UNIT)],
    "not of length 1": [row(n, [7 * x for x in each]) for n, each in enumerate(UNIT)],
}


@pytest.mark.parametrize("name", READ)
def test_vectors_that_are_read(name: str) -> None:
    assert encoded({"data": READ[name]}) == pytest.approx(np.array(UNIT))


REFUSED: dict[str, tuple[Any, type[RegistryError], str]] = {
    "an index twice": ([*ROWS[:2], row(1, UNIT[2])], ServerUnavailableError, "1 twice"),
    "a vector too many": ([*ROWS, row(3, UNIT[0])], ServerUnavailableError, "4 rows for 3 texts"),
    "a vector too few": (ROWS[:2], ServerUnavailableError, "2 rows for 3 texts"),
    "from 1 on": ([row(n + 1, v) for n, v in enumerate(UNIT)], ServerUnavailableError, "rows"),
    "true as an index": ([ROWS[0], row(True, UNIT[1]), ROWS[2]], ServerUnavailableError, "index"),
    "no index": ([{"embedding": each} for each in UNIT], ServerUnavailableError, "an index"),
    "NaN": ([*ROWS[:2], row(2, [NAN] * 384)], BackendError, "text 2"),
    "null": ([*ROWS[:2], row(2, [None] * 384)], BackendError, "text 2"),
    "words": ([*ROWS[:2], row(2, ["a"] * 384)], ServerUnavailableError, "not numbers"),
    "cut base64": ([*ROWS[:2], row(2, packed(UNIT[2])[:-5])], ServerUnavailableError, "numbers"),
    "halves": ([row(n, packed(v, "e")) for n, v in enumerate(UNIT)], CheckpointError, "192"),
    "one short": ([*ROWS[:2], row(2, UNIT[2][:100])], ServerUnavailableError, "one width"),
    "of tokens": ([row(n, [v, v]) for n, v in enumerate(UNIT)], BackendError, "shape"),
    "zeros": ([*ROWS[:2], row(2, [0.0] * 384)], BackendError, "length 0 for text 2"),
    "booleans": (
        [*ROWS[:2], row(2, [True, *[False] * 383])],
        ServerUnavailableError,
        "not numbers",
    ),
    "numbers as words": (
        [*ROWS[:2], row(2, [str(x) for x in UNIT[2]])],
        ServerUnavailableError,
        "not numbers",
    ),
    "a number": ([*ROWS[:2], row(2, 1.5)], ServerUnavailableError, "not numbers"),
    "a huge integer": (
        [*ROWS[:2], row(2, [10**400, *UNIT[2][1:]])],
        ServerUnavailableError,
        "not numbers",
    ),
    "more than float32": ([*ROWS[:2], row(2, [1e39, *UNIT[2][1:]])], BackendError, "infinity"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_vectors_that_are_none(name: str) -> None:
    rows, error, told = REFUSED[name]
    with pytest.raises(error, match=told):
        encoded({"data": rows})


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "CUDA out of memory", "type": "server_error", "code": 500}},
        {"error": "CUDA out of memory", "error_type": "Backend"},
        {"detail": [{"loc": ["body"], "msg": "CUDA out of memory"}]},
        {"object": "error", "message": "CUDA out of memory", "code": 40303},
        {"data": None, "error": {"message": "CUDA out of memory"}},
    ],
)
def test_an_error_with_the_status_of_success(body: Any) -> None:
    with pytest.raises(BackendError, match="answers: CUDA out of memory"):
        encoded(body)


@pytest.mark.parametrize("body", [b"", b"OK", b"null", b"[]", b'{"data": [', b"<html></html>", {}])
def test_what_is_no_answer(body: Any) -> None:
    with pytest.raises(ServerUnavailableError):
        encoded(body)


@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_a_server_that_dies_between_batches(kind: Any) -> None:
    with EmbeddingServer("tei") as server:
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        before = len(server.requests)
        server.fails(kind, path="/embeddings")
        with pytest.raises(ServerUnavailableError):
            encoder.encode_documents(["a"] * 70)
        assert len(server.requests) == before + 1, "what is not a refusal is not asked in halves"
        server.stop()
        with pytest.raises(ServerUnavailableError, match="cannot connect"):
            encoder.encode_documents(["a"] * 70)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (413, b"Payload Too Large"),
        (413, b"<html><h1>413 Request Entity Too Large</h1></html>"),
        (422, b'{"detail": [{"msg": "List should have at most 8 items", "loc": ["body"]}]}'),
        (422, b'{"error": "batch size 32 > maximum allowed batch size 8"}'),
        (400, b'{"error": {"message": "too many inputs: at most 8"}}'),
        (500, b'{"error": "input is too large to process"}'),
    ],
)
def test_a_batch_that_is_too_large_in_other_words(status: int, body: bytes) -> None:
    with EmbeddingServer("tei") as server:
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        server.fails("status", status=status, message=body, path="/embeddings")
        found = encoder.encode_documents([f"text {n}" for n in range(8)])
        again = encoder.encode_documents([f"text {n}" for n in range(8)])
        assert np.array_equal(found, again)
        assert [len(r.body["input"]) for r in server.requests[-4:]] == [8, 4, 4, 8]


@pytest.mark.parametrize("usage", [None, "many", -3, 2.5, True, {"prompt_tokens": 9}])
def test_a_usage_that_says_nothing(usage: Any) -> None:
    body = {"data": ROWS, "usage": usage if usage is None else {"prompt_tokens": usage}}
    assert encoded(body).shape == (3, 384)
    assert encoded({"data": ROWS, "usage": usage}).shape == (3, 384)


SCORES: dict[str, tuple[Any, str]] = {
    "an index twice": ([{"index": 0, "score": 1}, {"index": 0, "score": 2}], "0 twice"),
    "one too few": ([{"index": 0, "score": 1}], "1 rows for 2 texts"),
    "null": ([{"index": 0, "score": 1}, {"index": 1, "score": None}], "an index or a value"),
    "NaN": ([{"index": 0, "score": 1}, {"index": 1, "score": NAN}], "not numbers"),
    "lists": ([{"index": 0, "score": [1, 2]}, {"index": 1, "score": [1, 2]}], "not numbers"),
    "booleans": ([{"index": 0, "score": True}, {"index": 1, "score": False}], "not numbers"),
    "words": ([{"index": 0, "score": "1.5"}, {"index": 1, "score": "2"}], "not numbers"),
    "huge": ([{"index": 0, "score": 10**400}, {"index": 1, "score": 1}], "not numbers"),
    "infinite": ([{"index": 0, "score": 1e39}, {"index": 1, "score": 1}], "not numbers"),
    "an error": ({"error": "CUDA out of memory"}, "answers: CUDA out of memory"),
}


@pytest.mark.parametrize("name", SCORES)
def test_scores_that_are_none(name: str) -> None:
    answer, told = SCORES[name]
    with EmbeddingServer("tei", kind="cross-encoder") as server:
        reranker: Any = load(MS_MARCO_MINILM_L6_V2, backend="openai", base_url=server.url)
        server.fails("status", status=200, message=json.dumps(answer).encode(), path="/rerank")
        with pytest.raises(BackendError, match=told):
            reranker.scores("a", ["b", "c"])
        assert reranker.scores("a", ["b", "c"]).shape == (2,)


TAKEN = (
    {"model_id": "Sentence-Transformers/all-minilm-l6-v2"},
    {"model_id": "data/x/minilm"},
    {"max_input_length": True, "max_client_batch_size": True},
    {"model_type": {"embedding": {"pooling": ["cls"]}}},
)


@pytest.mark.parametrize(
    ("info", "told"),
    [
        ({"model_id": "acme/tuned-minilm"}, "acme/tuned-minilm"),
        ({"model_sha": "c" * 40}, "commit cccccccccccc"),
        ({"max_input_length": 128}, "reads 128 tokens, but the registry states 256"),
        *[(info, None) for info in TAKEN],
    ],
)
def test_what_tei_says_of_its_model(info: dict[str, Any], told: str | None) -> None:
    with EmbeddingServer("tei") as server:
        server.info = info
        if told is None:
            load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url).close()
            return
        with pytest.raises(CheckpointError, match=told):
            load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        assert not server.asked("/v1/embeddings")


def test_a_name_that_was_asked_for_may_differ() -> None:
    with EmbeddingServer("tei") as server:
        server.info = {"model_id": "acme/minilm-copy"}
        load(
            ALL_MINILM_L6_V2,
            backend="openai",
            base_url=server.url,
            server_model="acme/minilm-copy",
        ).close()


def test_a_llama_cpp_with_the_weights_of_another_depth() -> None:
    with EmbeddingServer("llama.cpp") as server:
        server.info = {"n_params": 33_212_160}  # twelve layers of the same width
        with pytest.raises(CheckpointError, match=r"33,212,160 .* 22,713,216"):
            load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)


@pytest.mark.parametrize(("status", "requests"), [(408, 1), (502, 1), (504, 1), (500, 5), (507, 5)])
def test_no_text_is_blamed_for_a_server_in_trouble(status: int, requests: int) -> None:
    with EmbeddingServer("tei") as server:
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        for _ in range(9):
            server.fails("status", status=status, message="boo", path="/embeddings")
        before = len(server.requests)
        with pytest.raises(BackendError, match=rf"{status} boo$"):
            encoder.encode_documents([f"text {n}" for n in range(8)])
        assert len(server.requests) == before + requests


def test_a_missing_page_in_the_words_of_the_first_one() -> None:
    with EmbeddingServer("tei") as server:
        encoder = load(ALL_MINILM_L6_V2, backend="openai", base_url=server.url)
        for said in ("try pulling the model first", "404 page not found"):
            server.fails("status", status=404, message=said, path="/embeddings")
        with pytest.raises(BackendError, match=r"404 try pulling the model first$"):
            encoder.encode_documents(["one"])
