"""Texts of any length on servers like the four recorded ones, compared with the local encoder.

The simulated servers run the real network, each up to the length that it reads according to the
recordings. test_real_llama_cpp.py and real_infinity.py do the same with real servers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from alone import alone
from caches import put_in_cache
from checkpoints import minilm_folder
from test_real_llama_cpp import LENGTHS, TOO_LONG, refused, text_of

from registry import ALL_MINILM_L6_V2, load
from registry.encoders.dense import Vectors
from servers.embedding import EmbeddingServer
from servers.ollama import OllamaServer
from servers.ollama_store import embedding_model

__all__ = ["alone"]  # a fixture that pytest finds by name

pytestmark = pytest.mark.heavy
TEXTS = [text_of(tokens) for tokens in LENGTHS]


@pytest.fixture(scope="module")
def expected() -> Vectors:
    with load(ALL_MINILM_L6_V2, local_path=minilm_folder(), device="cpu") as encoder:
        return encoder.encode_documents(TEXTS)


@pytest.fixture(scope="module")
def far() -> Any:
    """The network with all its positions: only the servers read less."""
    from sentence_transformers import SentenceTransformer

    network = SentenceTransformer(str(minilm_folder()), device="cpu")
    network.max_seq_length = 512

    @cache
    def embed(text: str, width: int) -> list[float]:
        found: list[float] = network.encode(text, show_progress_bar=False).tolist()
        assert len(found) == width
        return found

    return embed


@pytest.fixture(params=["tei", "llama.cpp", "infinity", "ollama"])
def server(request: pytest.FixtureRequest, far: Any) -> Iterator[Any]:
    if request.param == "ollama":
        with OllamaServer() as ollama:
            ollama.store.add("all-minilm:l6", embedding_model(384))
            ollama.embed = far
            yield ollama
        return
    with EmbeddingServer(request.param) as server:
        server.embed = far
        yield server


@pytest.mark.parametrize("tokenizer", [False, True], ids=["", "with the tokenizer"])
def test_texts_of_any_length(
    server: Any, expected: Vectors, tokenizer: bool, tmp_path: Path
) -> None:
    if tokenizer:
        put_in_cache(ALL_MINILM_L6_V2, minilm_folder(), tmp_path / "hub")
    backend = "ollama" if isinstance(server, OllamaServer) else "openai"
    encoder = load(ALL_MINILM_L6_V2, backend=backend, base_url=server.url)
    reads_further = getattr(server, "flavour", None) == "llama.cpp"
    too_long = TOO_LONG if reads_further and not tokenizer else {}
    assert refused(encoder, TEXTS, expected) == too_long
