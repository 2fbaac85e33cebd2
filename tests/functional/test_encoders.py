"""Encoders on real weights (MiniLM, SPLADE) and constructed ones (ColBERT, cross-encoder)."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import shutil
import time
import weakref
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentence_transformers
import torch
from checkpoints import (
    MINILM,
    TINY_COLBERT,
    TINY_CROSS_ENCODER,
    TINY_SPLADE,
    build_colbert,
    build_cross_encoder,
    minilm_folder,
    splade_folder,
)
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sentence_transformers.sentence_transformer import modules

from registry import load
from registry.encoders.dense import DenseEncoder, Vectors
from registry.encoders.multi_vector import MultiVectorEncoder, TokenVectors
from registry.encoders.quantization import Precision, quantize
from registry.encoders.reranker import Ranked, Reranker
from registry.encoders.sparse import SparseEncoder
from registry.errors import (
    BackendError,
    DeviceError,
    InputError,
    LoadError,
    RegistryError,
    UnsupportedError,
)

CAT, RUG, MARKET = "a cat sits on the mat", "the kitten is on the rug", "share prices fell today"


@pytest.fixture(scope="module")
def dense() -> DenseEncoder:
    return load(MINILM, local_path=minilm_folder(), device="cpu")


@pytest.fixture(scope="module")
def sparse() -> SparseEncoder:
    return load(TINY_SPLADE, local_path=splade_folder(), device="cpu")


@pytest.fixture(scope="module")
def colbert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_colbert(tmp_path_factory.mktemp("colbert") / "model")


@pytest.fixture(scope="module")
def colbert(colbert_folder: Path) -> MultiVectorEncoder:
    return load(TINY_COLBERT, local_path=colbert_folder, device="cpu")


@pytest.fixture(scope="module")
def cross_encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_cross_encoder(tmp_path_factory.mktemp("cross-encoder") / "model")


@pytest.fixture(scope="module")
def reranker(cross_encoder_folder: Path) -> Reranker:
    return load(TINY_CROSS_ENCODER, local_path=cross_encoder_folder, device="cpu")


# Dense


def mean_pooled(texts: list[str]) -> NDArray[np.float32]:
    """As the model card prescribes, with plain transformers: mean of the tokens, normalized."""
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(minilm_folder())
    network = AutoModel.from_pretrained(minilm_folder(), dtype=torch.float32)
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        tokens = network(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1)
    means = (tokens * mask).sum(1) / mask.sum(1)
    return np.asarray(torch.nn.functional.normalize(means).numpy())


def test_dense_vectors_are_those_of_the_real_minilm(dense: DenseEncoder) -> None:
    queries, documents = dense.encode_queries([CAT]), dense.encode_documents([RUG, MARKET])

    assert (queries.shape, documents.shape) == ((1, 384), (2, 384))
    assert queries.dtype == documents.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(documents, axis=1), 1, atol=1e-5)
    expected = mean_pooled([CAT, RUG, MARKET])
    np.testing.assert_allclose(np.concatenate([queries, documents]), expected, atol=1e-5)
    scores = dense.similarity(queries, documents)
    np.testing.assert_allclose(scores, expected[:1] @ expected[1:].T, atol=1e-5)
    assert scores[0, 0] > 0.5 > 0.2 > scores[0, 1]


@pytest.mark.parametrize("precision", ["int8", "binary"])
def test_quantised_scores_rank_as_float_scores_do(
    dense: DenseEncoder, precision: Precision
) -> None:
    queries, texts = dense.encode_queries([CAT, MARKET]), [RUG, MARKET, "stocks and bonds"]
    quantised = dense.encode_documents(texts, quantization=precision)

    exact = dense.similarity(queries, dense.encode_documents(texts))
    scores = dense.similarity(queries, quantised)
    assert scores.shape == exact.shape
    assert scores.dtype == np.float32
    assert (scores.argmax(axis=1) == exact.argmax(axis=1)).all()
    bytes_each = {"int8": 384, "binary": 48}[precision]
    assert quantised.values.nbytes == 3 * bytes_each
    if precision == "int8":
        np.testing.assert_allclose(scores, exact, atol=0.02)


def test_a_registered_width_is_truncated_and_renormalised(dense: DenseEncoder) -> None:
    matryoshka = dataclasses.replace(MINILM, matryoshka_dims=(384, 128), matryoshka=True)

    narrow = load(matryoshka, local_path=minilm_folder(), dim=128, device="cpu")

    vectors, full = narrow.encode_documents([CAT, RUG]), dense.encode_documents([CAT, RUG])
    assert vectors.shape == (2, 128)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    expected = full[:, :128] / np.linalg.norm(full[:, :128], axis=1, keepdims=True)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_prompts_of_the_entry_are_put_before_the_texts(dense: DenseEncoder) -> None:
    prompted = dataclasses.replace(MINILM, query_prompt="query: ", document_prompt="passage: ")

    encoder = load(prompted, local_path=minilm_folder(), device="cpu")

    np.testing.assert_allclose(
        encoder.encode_queries([CAT]), dense.encode_queries([f"query: {CAT}"]), atol=1e-5
    )
    np.testing.assert_allclose(
        encoder.encode_documents([CAT]), dense.encode_documents([f"passage: {CAT}"]), atol=1e-5
    )


@pytest.mark.parametrize("name", ["document", "passage", "corpus"])
def test_prompts_of_the_checkpoint_have_any_of_their_names(
    name: str, dense: DenseEncoder, tmp_path: Path
) -> None:
    """The library's own method overlooks all but the first: it makes an empty "document"."""
    folder = shutil.copytree(minilm_folder(), tmp_path / "model")
    prompts = {"query": "query: ", name: "passage: "}
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    with load(MINILM, local_path=folder, device="cpu") as prompted:
        found = prompted.encode_documents([CAT])
        tokens = prompted.tokens_read(CAT, "document")
    assert np.allclose(found, dense.encode_documents([f"passage: {CAT}"]), atol=1e-6)
    assert tokens == dense.tokens_read(f"passage: {CAT}", "document")


def test_static_embeddings_have_no_tokens_to_count(tmp_path: Path) -> None:
    tokenizer = sentence_transformers.SentenceTransformer(str(minilm_folder())).tokenizer
    library: Any = modules  # typed in part
    table = library.StaticEmbedding(tokenizer, embedding_dim=384)
    sentence_transformers.SentenceTransformer(modules=[table]).save(str(tmp_path / "model"))
    model = dataclasses.replace(MINILM, normalize=None)
    with load(model, local_path=tmp_path / "model", device="cpu") as static:
        assert static.encode_documents([CAT]).shape == (1, 384)
        assert static.tokens_read(CAT, "document") is None


def test_cosine_is_the_cosine_whatever_form_and_length(dense: DenseEncoder) -> None:
    queries, documents = dense.encode_queries([CAT]), dense.encode_documents([RUG, MARKET])
    expected = queries @ documents.T
    lengths = np.array([[3.0], [0.5]], dtype=np.float32)
    long = documents * lengths
    np.testing.assert_allclose(dense.similarity(2 * queries, long), expected, atol=1e-5)
    small = quantize(long, "int8")
    np.testing.assert_allclose(small.lengths(), lengths[:, 0], rtol=0.01)
    np.testing.assert_allclose(dense.similarity(2 * queries, small), expected, atol=0.02)


def test_a_measure_that_nobody_computes_is_refused() -> None:
    distant = dataclasses.replace(MINILM, similarity="euclidean")
    encoder = load(distant, local_path=minilm_folder(), device="cpu")
    vectors = encoder.encode_queries([CAT])
    with pytest.raises(InputError, match="all-minilm-l6-v2 is compared by euclidean"):
        encoder.similarity(vectors, vectors)


# Sparse


def test_sparse_weights_are_csr_over_the_vocabulary(sparse: SparseEncoder) -> None:
    weights = sparse.encode_documents([CAT, MARKET, ""])

    assert weights.format == "csr"
    assert weights.shape == (3, 30522)
    assert weights.dtype == np.float32
    assert (weights.data > 0).all()
    terms = [term for term, _ in sparse.top_terms(weights, 4)[0]]
    assert "cat" in terms
    assert "mat" in terms
    heights = [weight for _, weight in sparse.top_terms(weights)[0]]
    assert heights == sorted(heights, reverse=True)
    scores = sparse.similarity(sparse.encode_queries(["cat"]), weights)
    assert scores.argmax() == 0


# Late interaction


def test_token_vectors_and_maxsim(colbert: MultiVectorEncoder) -> None:
    queries = colbert.encode_queries([CAT, MARKET])
    documents = colbert.encode_documents([RUG, MARKET])

    assert [tokens.shape[1] for tokens in (*queries, *documents)] == [128] * 4
    assert all(tokens.dtype == np.float32 for tokens in (*queries, *documents))
    assert queries[0].shape[0] == 32  # padded with [MASK] to query_length
    np.testing.assert_allclose(np.linalg.norm(documents[0], axis=1), 1, atol=1e-4)
    scores = colbert.similarity(queries, documents)
    # Khattab and Zaharia 2020, equation 3.
    by_hand = [[(q @ d.T).max(axis=1).sum() for d in documents] for q in queries]
    np.testing.assert_allclose(scores, by_hand, rtol=1e-4)
    assert (scores.argmax(axis=1) == [0, 1]).all()


# Reranking


def test_documents_come_back_best_first(reranker: Reranker) -> None:
    documents = [RUG, MARKET, CAT, RUG]

    ranked = reranker.rerank(CAT, documents)

    scores = reranker.scores(CAT, documents)
    assert [each.index for each in ranked] == sorted(range(4), key=lambda i: -scores[i])
    assert [each.score for each in ranked] == sorted(scores.tolist(), reverse=True)
    # Equal documents, equal scores: they keep their order.
    places = [each.index for each in ranked]
    assert places.index(0) < places.index(3)
    assert reranker.rerank(CAT, documents, top=2) == ranked[:2]


def test_prompts_of_a_reranker_are_put_before_both(
    reranker: Reranker, cross_encoder_folder: Path
) -> None:
    prompted = dataclasses.replace(TINY_CROSS_ENCODER, query_prompt="q: ", document_prompt="d: ")
    asking = load(prompted, local_path=cross_encoder_folder, device="cpu")
    expected = reranker.scores(f"q: {CAT}", [f"d: {RUG}"])
    np.testing.assert_allclose(asking.scores(CAT, [RUG]), expected, atol=1e-6)


# Bad or unusual input, for every kind


def test_empty_input_gives_empty_output(
    dense: DenseEncoder, sparse: SparseEncoder, colbert: MultiVectorEncoder, reranker: Reranker
) -> None:
    assert dense.encode_queries([]).shape == (0, 384)
    assert len(dense.encode_documents([], quantization="binary")) == 0
    assert dense.similarity(dense.encode_queries([]), dense.encode_documents([CAT])).shape == (0, 1)
    assert sparse.encode_queries([]).shape == (0, 30522)
    assert colbert.encode_documents([]) == []
    assert colbert.similarity([], colbert.encode_documents([CAT])).shape == (0, 1)
    assert reranker.rerank(CAT, []) == []


@pytest.mark.parametrize(
    "text", ["", " ", "x" * 100_000, "word " * 20_000, "\x00", "👩‍🚀", "\u202e"]
)
def test_odd_texts_are_encoded(
    text: str,
    dense: DenseEncoder,
    sparse: SparseEncoder,
    colbert: MultiVectorEncoder,
    reranker: Reranker,
) -> None:
    assert np.isfinite(dense.encode_documents([text])).all()
    assert np.isfinite(sparse.encode_documents([text]).data).all()
    assert np.isfinite(colbert.encode_documents([text])[0]).all()
    assert np.isfinite(reranker.scores(text, [text])).all()


def test_texts_that_no_model_can_read_are_named(
    dense: DenseEncoder, sparse: SparseEncoder, colbert: MultiVectorEncoder, reranker: Reranker
) -> None:
    lone = "half \ud83d"
    numbers: Any = [7]  # as from a caller without a type checker
    raw: Any = CAT.encode()
    for encode in (
        dense.encode_queries,
        sparse.encode_documents,
        colbert.encode_queries,
        lambda texts: reranker.rerank(CAT, texts),
    ):
        with pytest.raises(InputError, match=r"text 1 .* half a surrogate pair at position 5"):
            encode([CAT, lone])
        with pytest.raises(InputError, match="list of texts"):
            encode(CAT)
        with pytest.raises(InputError, match="list of texts"):
            encode(raw)
        with pytest.raises(InputError, match="text 0 is int"):
            encode(numbers)
    with pytest.raises(InputError, match="the query contains half a surrogate pair at position 5"):
        reranker.rerank(lone, [CAT])


def test_only_a_list_of_texts_is_taken(
    dense: DenseEncoder, sparse: SparseEncoder, colbert: MultiVectorEncoder, reranker: Reranker
) -> None:
    pandas: Any = import_module("pandas")  # without types
    table = pandas.DataFrame({"text": [CAT, RUG], "id": ["1", "2"]})
    given: list[Any] = [None, 7, {"text": [CAT]}, table, np.array([[CAT, RUG]]), np.array(CAT)]
    for texts in given:
        for ask in (
            dense.encode_queries,
            dense.count_tokens,
            sparse.encode_documents,
            colbert.encode_queries,
            lambda texts: reranker.rerank(CAT, texts),
        ):
            with pytest.raises(InputError, match="list of texts"):
                ask(texts)
    listed = dense.encode_documents([CAT, RUG])
    assert dense.encode_documents(table["text"]).tolist() == listed.tolist()


def test_vectors_of_other_numbers_are_scored_in_single_precision(sparse: SparseEncoder) -> None:
    dot = dataclasses.replace(MINILM, similarity="dot")
    encoder = load(dot, local_path=minilm_folder(), device="cpu")
    ones: Any = np.full((1, 384), 127, np.int8)
    for given in (ones, ones.astype(np.float64), ones.tolist()):
        scores = encoder.similarity(given, given)
        assert scores.dtype == np.float32
        assert scores.item() == 127 * 127 * 384
    weights: Any = sparse.encode_documents([CAT])
    assert sparse.top_terms(weights.tocsc()) == sparse.top_terms(weights)


def test_numbers_without_sense_are_refused(
    dense: DenseEncoder, sparse: SparseEncoder, colbert: MultiVectorEncoder, reranker: Reranker
) -> None:
    sizes: list[Any] = [0, -1, "3", 2.5, float("nan"), True]
    for size in sizes:
        for encode in (dense.encode_queries, sparse.encode_documents, colbert.encode_queries):
            with pytest.raises(InputError, match="batch_size should be"):
                encode([CAT], batch_size=size)
        with pytest.raises(InputError, match="batch_size"):
            reranker.rerank(CAT, [CAT], batch_size=size)
    assert reranker.rerank(CAT, [RUG], top=0) == []
    for number in (-1, *sizes[2:]):
        with pytest.raises(InputError, match="top should be"):
            reranker.rerank(CAT, [CAT], top=number)
        with pytest.raises(InputError, match="count should be"):
            sparse.top_terms(sparse.encode_documents([CAT]), number)


def test_vectors_that_do_not_belong_together_are_refused(
    dense: DenseEncoder, sparse: SparseEncoder, colbert: MultiVectorEncoder
) -> None:
    vectors, tokens = dense.encode_documents([CAT, RUG]), colbert.encode_documents([CAT, RUG])
    narrow = np.ascontiguousarray(vectors[:, :128])
    for other in (narrow, quantize(narrow, "int8"), quantize(narrow, "binary")):
        with pytest.raises(InputError, match=r"\(2, 384\) .* documents of 128 dimensions"):
            dense.similarity(vectors, other)
    small, ragged = quantize(narrow, "int8"), [[1], [2, 3]]
    odds: list[Any] = [vectors[0], vectors[None], None, ["text"], small, ragged]
    for odd in odds:
        with pytest.raises(InputError, match="queries should be"):
            dense.similarity(odd, vectors)
    for odd in odds[:4]:
        with pytest.raises(InputError, match="documents should be"):
            dense.similarity(vectors, odd)
        with pytest.raises(InputError, match="vectors should be"):
            quantize(odd, "int8")
        with pytest.raises(InputError, match="documents should be"):
            sparse.similarity(sparse.encode_queries([CAT]), odd)
    odds[:] = [None, 7, ["text"], small]
    for odd in odds:
        with pytest.raises(InputError, match="documents"):
            colbert.similarity(tokens, odd)
    with pytest.raises(InputError, match="their vocabularies differ"):
        sparse.similarity(sparse.encode_queries([CAT]), csr_array((1, 100), dtype=np.float32))
    alone: Any = tokens[0]  # the vectors of one document in place of a list of them
    for queries, documents in ((tokens, [each[:, :96] for each in tokens]), (alone, tokens)):
        with pytest.raises(InputError, match=r"lists of \(tokens, dim\), all of one width"):
            colbert.similarity(queries, documents)
    weights: Any = sparse.encode_documents([CAT])  # scipy has no types
    with pytest.raises(InputError, match=r"weights\[\[0\]\] is the first row"):
        sparse.top_terms(weights[0])
    assert sparse.top_terms(weights[[0]]) == sparse.top_terms(weights)


def test_what_is_closed_is_freed(colbert_folder: Path, cross_encoder_folder: Path) -> None:
    local: Any  # of four classes
    for local, use in (
        (load(MINILM, local_path=minilm_folder(), device="cpu"), "encode_queries"),
        (load(TINY_SPLADE, local_path=splade_folder(), device="cpu"), "encode_documents"),
        (load(TINY_COLBERT, local_path=colbert_folder, device="cpu"), "encode_documents"),
        (load(TINY_CROSS_ENCODER, local_path=cross_encoder_folder, device="cpu"), "scores"),
    ):
        texts = (CAT, [RUG]) if use == "scores" else ([RUG],)
        with local as opened:
            assert opened is local
            getattr(local, use)(*texts)
            weights = weakref.ref(next(local._network.parameters()))
        assert weights() is None
        local.close()
        again = f"{local.model.id} has been closed; load it again"
        with pytest.raises(BackendError, match=again):
            getattr(local, use)(*texts)
        with pytest.raises(BackendError, match=again):
            local.tokens_read(RUG, "document")


def test_an_id_in_place_of_a_model() -> None:
    wrong: Any = "all-minilm-l6-v2"  # type checkers reject it
    with pytest.raises(InputError, match=r"load\(get_model\('all-minilm-l6-v2'\)\)"):
        load(wrong)


def test_async_twins_give_the_same(
    dense: DenseEncoder, sparse: SparseEncoder, colbert: MultiVectorEncoder, reranker: Reranker
) -> None:
    async def together() -> tuple[Vectors, Vectors, csr_array, TokenVectors, list[Ranked]]:
        return await asyncio.gather(
            dense.aencode_queries([CAT]),
            dense.aencode_documents([RUG]),
            sparse.aencode_documents([CAT]),
            colbert.aencode_documents([CAT]),
            reranker.arerank(CAT, [RUG, MARKET]),
        )

    queries, documents, weights, tokens, ranked = asyncio.run(together())

    np.testing.assert_allclose(queries, dense.encode_queries([CAT]), atol=1e-5)
    np.testing.assert_allclose(documents, dense.encode_documents([RUG]), atol=1e-5)
    assert weights.nnz == sparse.encode_documents([CAT]).nnz
    np.testing.assert_allclose(tokens[0], colbert.encode_documents([CAT])[0], atol=1e-4)
    assert ranked == reranker.rerank(CAT, [RUG, MARKET])


def test_threads_take_turns_with_a_tokenizer(
    dense: DenseEncoder,
    sparse: SparseEncoder,
    colbert: MultiVectorEncoder,
    reranker: Reranker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It keeps how it cuts and pads: a call would read as another in between asked for."""
    inside: Counter[str] = Counter()
    most: Counter[str] = Counter()

    def watched(kind: str, tokenizer: Any) -> None:
        call = type(tokenizer).__call__

        def slowly(self: Any, *texts: Any, **settings: Any) -> Any:
            if self is not tokenizer:
                return call(self, *texts, **settings)
            inside[kind] += 1
            most[kind] = max(most[kind], inside[kind])
            time.sleep(0.05)
            inside[kind] -= 1
            return call(self, *texts, **settings)

        monkeypatch.setattr(type(tokenizer), "__call__", slowly)

    calls: list[Callable[[], object]] = [lambda: reranker.scores(CAT, [RUG])] * 2
    for encoder in (dense, sparse, colbert):
        calls += [
            partial(encoder.encode_queries, [CAT]),
            partial(encoder.encode_documents, [RUG]),
            partial(encoder.count_tokens, [MARKET]),
            partial(encoder.tokens_read, MARKET, "document"),
        ]
    loaded: list[Any] = [dense, sparse, colbert, reranker]
    for each in loaded:
        watched(each.model.kind, each.network.tokenizer)
    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()
    assert most == {each.model.kind: 1 for each in loaded}


# Options that cannot be honored


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"dim": 100}, LoadError, "100 is not a registered Matryoshka width"),
        ({"device": "cuda"}, DeviceError, "has no CUDA"),
        ({"device": "gpu"}, DeviceError, "not one of auto, cpu, cuda"),
        ({"dtype": "float8"}, LoadError, "not one of auto, float32"),
        ({"quantization": "4bit"}, RegistryError, "4bit"),
        ({"attention": "flashy"}, LoadError, "'flashy' is not one of flash, sdpa, eager"),
        ({"backend": "ollma"}, BackendError, "did you mean 'ollama'"),
        ({"local_path": "no/such/folder"}, LoadError, "neither a folder nor"),
        ({"base_url": "http://127.0.0.1:1"}, UnsupportedError, "does not talk to a server"),
        ({"api_key": "sk-123"}, UnsupportedError, "does not talk to a server"),
    ],
)
def test_options_that_cannot_be_honoured(
    arguments: dict[str, str], error: type[Exception], says: str
) -> None:
    given: Any = {"local_path": minilm_folder(), "device": "cpu", **arguments}  # mixed types
    with pytest.raises(error, match=says):
        load(MINILM, **given)


def test_remote_code_needs_a_yes_and_a_pin() -> None:
    remote = dataclasses.replace(MINILM, trust_remote_code=True, revision=None)
    with pytest.raises(LoadError, match="pass trust_remote_code=True"):
        load(remote, local_path=minilm_folder())
    with pytest.raises(LoadError, match="pinned commit"):
        load(remote, trust_remote_code=True)
    with pytest.raises(LoadError, match="pinned commit"):
        load(remote, trust_remote_code=True, revision="main")


def test_a_kind_that_nobody_loads() -> None:
    from registry import CHRONOS_BOLT_TINY

    with pytest.raises(UnsupportedError, match="chronos-bolt-tiny is of type timeseries"):
        load(CHRONOS_BOLT_TINY)  # type: ignore[call-overload]  # checkers reject it too


def test_a_program_that_logs_everything_gets_no_bar(
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    colbert_folder: Path,
    cross_encoder_folder: Path,
) -> None:
    """sentence-transformers shows a bar from level INFO on by default."""
    with caplog.at_level(logging.DEBUG):
        load(MINILM, local_path=minilm_folder(), device="cpu").encode_queries([CAT])
        load(TINY_SPLADE, local_path=splade_folder(), device="cpu")
        load(TINY_COLBERT, local_path=colbert_folder, device="cpu")
        load(TINY_CROSS_ENCODER, local_path=cross_encoder_folder, device="cpu")
    assert "Batches" not in capsys.readouterr().err


def test_flash_attention_falls_back_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.warns(UserWarning, match="flash attention needs"):
        encoder = load(MINILM, local_path=minilm_folder(), device="cpu", attention="flash")
    assert encoder.encode_queries([CAT]).shape == (1, 384)
