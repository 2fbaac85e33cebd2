"""Dense vectors and reranking over HTTP, with servers that answer as TEI, llama.cpp, infinity."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from alone import alone

from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    MS_MARCO_MINILM_L6_V2,
    NOMIC_EMBED_TEXT_V1_5,
    QWEN3_0_6B,
)
from registry.backends._served_vectors import NormalizedVectorsWarning
from registry.encoders.dense import DenseEncoder
from registry.errors import BackendError, CheckpointError, InputError, LoadError, UnsupportedError
from registry.loading._scales import UnknownScaleWarning
from registry.loading.load import load
from servers.embedding import EmbeddingServer, Flavour
from servers.language import vector

__all__ = ["alone"]  # a fixture that pytest finds by name

NAME = "cross-encoder/ms-marco-MiniLM-L6-v2"
flavours = pytest.mark.parametrize("flavour", ["tei", "llama.cpp", "infinity"])


def dense(server: EmbeddingServer, model: Any = ALL_MINILM_L6_V2, **more: Any) -> DenseEncoder:
    found: DenseEncoder = load(model, backend="openai", base_url=server.url, **more)
    return found


@flavours
def test_vectors(flavour: Flavour) -> None:
    with EmbeddingServer(flavour) as server:
        encoder = dense(server)
        server.shuffled = True
        texts = [f"text {n} of many" for n in range(70)] + ["", "naïve 東京"]
        found = encoder.encode_documents(texts)
        expected = np.array([vector(text, 384) for text in texts], np.float32)
        assert found.shape == (72, 384)
        assert found == pytest.approx(expected, abs=1e-5)
        server.packed = True
        assert encoder.encode_queries(texts) == pytest.approx(expected, abs=1e-5)
        for request in server.requests:
            if request.body:
                assert "dimensions" not in request.body
                assert "encoding_format" not in request.body


@flavours
def test_a_width_of_matryoshka_is_cut_here(flavour: Flavour) -> None:
    name = NOMIC_EMBED_TEXT_V1_5.huggingface_id
    assert name is not None
    with EmbeddingServer(flavour, name=name, width=768) as server:
        server.reads = 8192
        found = dense(server, NOMIC_EMBED_TEXT_V1_5, dim=128).encode_documents(["one"])
        assert server.requests[-1].body["input"] == ["search_document: one"]
    assert found.shape == (1, 128)
    assert np.linalg.norm(found) == pytest.approx(1)


def long_vector(text: str, width: int) -> list[float]:
    """As of a model that does not normalize: the longer the text, the shorter."""
    return [9 * each / len(text) for each in vector(text, width)]


@pytest.mark.parametrize("flavour", ["llama.cpp", "tei"])
@pytest.mark.parametrize("similarity", ["dot", "cosine", None])
def test_vectors_are_as_long_as_the_model_makes_them(flavour: Flavour, similarity: Any) -> None:
    model = replace(ALL_MINILM_L6_V2, normalize=False, similarity=similarity)
    with EmbeddingServer(flavour) as server:
        server.embed = long_vector
        found = dense(server, model).encode_documents(["one", "one two"] * 20)
        assert np.linalg.norm(found, axis=1) == pytest.approx([3, 9 / 7] * 20)
        for stated in (True, None):
            dense(server, replace(model, normalize=stated)).encode_documents(["one"])
            assert server.requests[-1].path == "/v1/embeddings"
            assert "embd_normalize" not in server.requests[-1].body


def test_a_server_that_normalizes_although_the_model_does_not() -> None:
    raw = replace(ALL_MINILM_L6_V2, id="raw", normalize=False)
    with EmbeddingServer("infinity") as server:
        with pytest.raises(CheckpointError, match=r"of length 1, .* by dot product"):
            dense(server, replace(raw, similarity="dot"))
        assert all("embd_normalize" not in (each.body or {}) for each in server.requests)
        with pytest.warns(NormalizedVectorsWarning, match=r"of length 1, .* by cosine") as warned:
            dense(server, replace(raw, similarity=None))
        assert warned[0].filename == __file__
        dense(server, raw)  # once per model: a warning is an error here
        cut = replace(raw, similarity="dot", matryoshka_dims=(64,))
        assert np.linalg.norm(dense(server, cut, dim=64).encode_documents(["one"])) == (
            pytest.approx(1)
        ), "what is cut is normalized by every backend"
        dense(server, replace(raw, similarity="dot", normalize=None))


@flavours
def test_a_batch_is_halved_in_whatever_words_it_is_refused(flavour: Flavour) -> None:
    with EmbeddingServer(flavour) as server:
        encoder = dense(server)
        server.most = 3  # not reported when the model is loaded
        assert encoder.encode_documents(["one two"] * 20).shape == (20, 384)


@flavours
def test_a_text_that_fails_alone_is_named(flavour: Flavour) -> None:
    with EmbeddingServer(flavour) as server:
        encoder = dense(server)
        server.bad = "bad"
        with pytest.raises(BackendError, match=r"unsupported value: NaN.*\(text 37\)"):
            encoder.encode_documents(["good"] * 37 + ["bad"] + ["good"] * 10)


@flavours
def test_another_width(flavour: Flavour) -> None:
    with (
        EmbeddingServer(flavour, width=768) as server,
        pytest.raises(CheckpointError, match="768"),
    ):
        dense(server)


@pytest.mark.parametrize(
    ("flavour", "info", "told"),
    [
        ("tei", {"model_sha": "b" * 40}, "bbbbbbbbbbbb"),
        ("tei", {"model_type": {"embedding": {"pooling": "cls"}}}, "pools by cls"),
        ("infinity", {"capabilities": ["rerank"]}, "not embed"),
    ],
)
def test_what_contradicts_the_entry(flavour: Flavour, info: dict[str, Any], told: str) -> None:
    with EmbeddingServer(flavour) as server:
        server.info = info
        with pytest.raises(CheckpointError, match=told):
            dense(server)


def test_the_batch_of_a_server_is_kept() -> None:
    with EmbeddingServer("tei") as server:
        server.most = 5
        dense(server).encode_documents(["one two"] * 12)
        sizes = [len(r.body["input"]) for r in server.requests if r.body]
    assert sizes == [1, 1, 1, 1, 1, 5, 5, 2]  # loading sends a short text and four long ones


@pytest.mark.parametrize("flavour", ["llama.cpp", "infinity"])
def test_a_name_that_is_not_listed(flavour: Flavour) -> None:
    with EmbeddingServer(flavour, name="/models/minilm.gguf") as server:
        with pytest.raises(LoadError, match=r"/models/minilm\.gguf.*server_model="):
            dense(server)
        assert dense(server, server_model="/models/minilm.gguf").dim == 384


@pytest.mark.parametrize("probe", [True, False])
def test_a_server_that_read_further_than_the_checkpoint(probe: bool) -> None:
    with EmbeddingServer("llama.cpp") as server:
        encoder = dense(server, probe=probe)
        with pytest.raises(InputError, match=r"302 tokens .* 256"):
            encoder.encode_documents(["word " * 300])
        # Short texts do not hide it either.
        with pytest.raises(InputError, match=r"302 tokens .* 256"):
            encoder.encode_documents(["short"] * 20 + ["word " * 300] + ["short"] * 20)
        # Beyond its batch size the server reports it itself.
        with pytest.raises(BackendError, match=r"input \(602 tokens\) is too large.*\(text 1\)"):
            encoder.encode_documents(["short", "word " * 600])


@pytest.mark.parametrize("flavour", ["tei", "infinity"])
def test_long_texts_share_a_request_where_they_are_cut(flavour: Flavour) -> None:
    with EmbeddingServer(flavour) as server:
        encoder = dense(server)
        before = len(server.requests)
        encoder.encode_documents(["word " * 300] * 10)
        assert len(server.requests) == before + 1


@pytest.mark.parametrize("flavour", ["tei", "infinity"])
def test_a_text_is_read_as_far_as_the_checkpoint_reads(flavour: Flavour) -> None:
    text = " ".join(str(n) for n in range(6000))
    with EmbeddingServer(flavour) as server:
        (found,) = dense(server).encode_documents([text])
    read = vector(" ".join(text.split()[:254]), 384)
    assert found == pytest.approx(np.array(read, np.float32), abs=1e-5)


@pytest.mark.parametrize("flavour", ["tei", "llama.cpp"])
def test_a_server_of_the_wrong_kind(flavour: Flavour) -> None:
    with EmbeddingServer(flavour, kind="cross-encoder") as server:
        with pytest.raises(BackendError) as caught:
            dense(server)
        assert "(text" not in str(caught.value)
        assert [request.path for request in server.requests if request.body] == ["/v1/embeddings"]


@flavours
def test_scores(flavour: Flavour) -> None:
    with EmbeddingServer(flavour, name=NAME, kind="cross-encoder") as server:
        model = replace(MS_MARCO_MINILM_L6_V2, huggingface_id=NAME)
        reranker: Any = load(model, backend="openai", base_url=server.url)
        documents = ["hi", "the giant panda is a bear", "what is a panda? a bear"] * 20
        scores = reranker.scores("what is a panda?", documents)
        assert scores[:3] == pytest.approx([-1.5, 0.5, 2.5])
        assert scores.shape == (60,)
        best = reranker.rerank("what is a panda?", documents[:3], top=2)
        assert [each.index for each in best] == [2, 1]


@pytest.mark.parametrize(("reads", "told"), [(512, None), (2048, "reads further than the 512")])
def test_a_reranker_that_reads_further(
    reads: int, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def score(_: str, text: str) -> float:
        return 0.1 * text.split()[:reads].count("with") - 9

    with EmbeddingServer("infinity", name=NAME, kind="cross-encoder") as server:
        model = replace(MS_MARCO_MINILM_L6_V2, huggingface_id=NAME)
        monkeypatch.setattr(server, "score", score)
        with nullcontext() if told is None else pytest.raises(CheckpointError, match=told):
            load(model, backend="openai", base_url=server.url).close()


def test_scores_whose_scale_the_entry_does_not_state() -> None:
    """Scores stay as they are, with a single warning."""
    silent = replace(MS_MARCO_MINILM_L6_V2, id="silent", score_scale=None)
    with EmbeddingServer("infinity", name=NAME, kind="cross-encoder") as server:
        with pytest.warns(UnknownScaleWarning, match=r"silent: .*score_scale"):
            reranker: Any = load(silent, backend="openai", base_url=server.url)
        assert reranker.scores("a panda", ["a panda"]) == pytest.approx([0.5])  # a logit
        load(silent, backend="openai", base_url=server.url).close()  # a warning is an error here


@flavours
def test_the_prompts_of_a_reranker(flavour: Flavour) -> None:
    with EmbeddingServer(flavour, name=NAME, kind="cross-encoder") as server:
        prompted = replace(MS_MARCO_MINILM_L6_V2, query_prompt="ask: ", document_prompt="read: ")
        reranker: Any = load(prompted, backend="openai", base_url=server.url)
        reranker.scores("one", ["two"])
        sent = server.requests[-1].body
    assert (sent["query"], sent["documents"], sent["texts"]) == ("ask: one", *[["read: two"]] * 2)


def test_where_no_server_is_named() -> None:
    with pytest.raises(LoadError, match="base_url="):
        load(ALL_MINILM_L6_V2, backend="openai", api_key="hf_x")


def test_other_kinds_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="does not support colbert models"):
        load(COLBERT_V2, backend="openai", base_url="http://127.0.0.1:9")


def test_a_closed_model_asks_no_more() -> None:
    with EmbeddingServer("infinity", also={NAME: "cross-encoder"}) as server:
        where: Any = {"backend": "openai", "base_url": server.url}
        encoder, generator = dense(server), load(QWEN3_0_6B, **where)
        reranker: Any = load(replace(MS_MARCO_MINILM_L6_V2, huggingface_id=NAME), **where)
        before = len(server.requests)
        uses: list[tuple[Any, Callable[[], object]]] = [
            (encoder, lambda: encoder.encode_documents(["one"])),
            (reranker, lambda: reranker.scores("one", ["two"])),
            (generator, lambda: generator.generate("Once")),
            (generator, lambda: asyncio.run(generator.agenerate("Once"))),
        ]
        for loaded, use in uses:
            loaded.close()
            loaded.close()
            with pytest.raises(BackendError, match="has been closed; load it again"):
                use()
        assert len(server.requests) == before
