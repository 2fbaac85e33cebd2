"""Vectors from a server are checked against the entry on every request, not only at load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from registry import ALL_MINILM_L6_V2, NOMIC_EMBED_TEXT_V1_5
from registry.backends._served_vectors import NormalizedVectorsWarning
from registry.encoders.dense import DenseEncoder
from registry.errors import BackendError, CheckpointError
from registry.loading.load import load
from servers.ollama import OllamaServer
from servers.ollama_store import embedding_model

MINILM, NOMIC = "all-minilm:l6", "nomic-embed-text:v1.5"
UNIT = [1.0] + [0.0] * 383


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer() as server:
        server.store.add(MINILM, embedding_model(384))
        server.store.add(NOMIC, embedding_model(768, family="nomic-bert", context_length=8192))
        yield server


@pytest.fixture
def encoder(server: OllamaServer) -> DenseEncoder:
    return load(ALL_MINILM_L6_V2, backend="ollama", base_url=server.url)


def test_a_tag_that_was_pulled_again_as_another_model(
    server: OllamaServer, encoder: DenseEncoder
) -> None:
    server.store.add(MINILM, embedding_model(768))
    with pytest.raises(CheckpointError, match=r"all-minilm:l6 .*768 .*384"):
        encoder.encode_documents(["one"])


def test_a_wider_model_is_not_cut_to_a_width_of_matryoshka(server: OllamaServer) -> None:
    short = load(NOMIC_EMBED_TEXT_V1_5, backend="ollama", base_url=server.url, dim=256)
    server.store.add(NOMIC, embedding_model(1024))
    with pytest.raises(CheckpointError, match=r"1024 .*768"):
        short.encode_queries(["one"])


@pytest.mark.parametrize(
    ("vectors", "told"),
    [
        ([[], [], []], r"shape \(3, 0\)"),
        ([UNIT, UNIT], r"shape \(2, 384\)"),
        ([UNIT] * 4, r"shape \(4, 384\)"),
        ([UNIT, [0.0] * 384, UNIT], "length 0 for text 1"),
        ([UNIT, UNIT, [0.5] * 384], "length 9.8 for text 2"),
        ([[float("nan")] * 384, UNIT, UNIT], "NaN or infinity for text 0"),
        ([UNIT, [float("inf")] * 384, UNIT], "NaN or infinity for text 1"),
    ],
    ids=["no width", "too few", "too many", "zeros", "not unit", "nan", "inf"],
)
def test_vectors_that_are_none(
    server: OllamaServer, encoder: DenseEncoder, vectors: list[object], told: str
) -> None:
    answer = json.dumps({"model": MINILM, "embeddings": vectors}).encode()
    server.fails("status", status=200, message=answer)
    with pytest.raises(BackendError, match=told):
        encoder.encode_documents(["one", "two", "three"])
    assert encoder.encode_documents(["one", "two", "three"]).shape == (3, 384)


def test_only_lengths_that_are_promised_are_held_against(server: OllamaServer) -> None:
    raw = replace(ALL_MINILM_L6_V2, normalize=False)
    server.embed = lambda text, width: [0.5] * width
    encoder = load(raw, backend="ollama", base_url=server.url, probe=False)
    assert encoder.encode_documents(["one"]).shape == (1, 384)
    server.embed = lambda text, width: [0.0] * width
    with pytest.raises(BackendError, match="length 0 for text 0"):
        encoder.encode_documents(["one"])


def test_ollama_normalizes_although_the_model_does_not(server: OllamaServer) -> None:
    raw = replace(ALL_MINILM_L6_V2, id="raw-ollama", normalize=False)
    with pytest.raises(CheckpointError, match=r"all-minilm:l6 .*of length 1, .* by dot product"):
        load(replace(raw, similarity="dot"), backend="ollama", base_url=server.url)
    with pytest.warns(NormalizedVectorsWarning, match=r"raw-ollama: .*of length 1, .* by cosine"):
        load(raw, backend="ollama", base_url=server.url)
    load(raw, backend="ollama", base_url=server.url)  # a second warning would be an error here
    unknown = replace(raw, similarity="dot", normalize=None)
    load(unknown, backend="ollama", base_url=server.url)
