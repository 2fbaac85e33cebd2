"""Checkpoints that encode queries and documents differently: sentence-transformers' Router."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentence_transformers
import torch
from checkpoints import MINILM, TINY_SPLADE, minilm_folder, splade_folder
from sentence_transformers.base import modules as base
from sentence_transformers.sentence_transformer import modules as dense
from sentence_transformers.sparse_encoder import modules as sparse

from registry import load
from registry.errors import CheckpointError

# The library's classes are only partly typed.
SentenceTransformer: Any = sentence_transformers.SentenceTransformer
SparseEncoder: Any = sentence_transformers.SparseEncoder
Router: Any = base.Router
StaticEmbedding: Any = dense.StaticEmbedding
SparseStaticEmbedding: Any = sparse.SparseStaticEmbedding

TEXTS = ["a cat sits on the mat", "share prices fell today"]


def save(folder: Path, library: Any, modules: list[Any]) -> Path:
    library(modules=modules, device="cpu").save_pretrained(str(folder))
    return folder


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Save a Router with MiniLM for documents and a table of vectors for queries."""
    network, pooling, _ = SentenceTransformer(str(minilm_folder()), device="cpu")
    torch.manual_seed(0)

    def build(*, dims: int = 384, **settings: Any) -> Path:
        table = StaticEmbedding(network.tokenizer, embedding_dim=dims)
        router = Router({"query": [table], "document": [network, pooling]}, **settings)
        folder = tmp_path_factory.mktemp("router") / "model"
        return save(folder, SentenceTransformer, [router, base.Normalize()])

    return build


@pytest.mark.parametrize("settings", [{}, {"allow_empty_key": False}], ids=["default", "none"])
def test_dense_queries_and_documents_go_their_ways(
    build: Callable[..., Path], settings: dict[str, Any]
) -> None:
    folder = build(**settings)
    bare = SentenceTransformer(str(folder), device="cpu")

    encoder = load(MINILM, local_path=folder, device="cpu")

    queries, documents = encoder.encode_queries(TEXTS), encoder.encode_documents(TEXTS)
    np.testing.assert_allclose(queries, bare.encode_query(TEXTS), atol=1e-6)
    np.testing.assert_allclose(documents, bare.encode_document(TEXTS), atol=1e-6)
    assert np.abs(queries - documents).max() > 0.1


def test_sparse_queries_need_no_network(tmp_path: Path) -> None:
    """As in opensearch-neural-sparse-encoding-doc: queries have a weight per word."""
    network = SparseEncoder(str(splade_folder()), device="cpu")
    table = SparseStaticEmbedding(network.tokenizer)
    router = Router({"query": [table], "document": list(network)}, default_route="document")
    folder = save(tmp_path / "model", SparseEncoder, [router])

    encoder = load(TINY_SPLADE, local_path=folder, device="cpu")

    ones = encoder.top_terms(encoder.encode_queries(["cat mat"]))[0]
    assert sorted(ones) == [("cat", 1.0), ("mat", 1.0)]
    bare = network.encode_document(TEXTS).to_dense().numpy()
    weights: Any = encoder.encode_documents(TEXTS)  # scipy has no types
    np.testing.assert_allclose(weights.toarray(), bare, atol=1e-5)


def test_every_route_is_as_wide_as_promised(build: Callable[..., Path]) -> None:
    with pytest.raises(CheckpointError, match="gives 128 dimensions, but the registry states 384"):
        load(MINILM, local_path=build(dims=128), device="cpu")
    narrow = dataclasses.replace(MINILM, embedding_dim=128)
    with pytest.raises(CheckpointError, match="gives 384 dimensions, but the registry states 128"):
        load(narrow, local_path=build(dims=128), device="cpu")


def test_a_pickle_in_a_route_is_never_loaded(build: Callable[..., Path], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(build(), tmp_path / "model"))
    (folder / "query_0_StaticEmbedding" / "model.safetensors").unlink()
    torch.save({}, folder / "query_0_StaticEmbedding" / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"StaticEmbedding/pytorch_model\.bin is pickled"):
        load(MINILM, local_path=folder, device="cpu")


def test_truncated_weights_in_a_route_are_refused(
    build: Callable[..., Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(build(), tmp_path / "model"))
    weights = folder / "document_0_Transformer" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match=r"Transformer/model\.safetensors is truncated"):
        load(MINILM, local_path=folder, device="cpu")


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"types": {"../elsewhere": "x"}}, "router_config.json names the folder '../elsewhere'"),
        ({"types": {"/etc": "x"}}, "names the folder '/etc', outside this one"),
        ({"types": {".": "a.Router"}}, "names a Router that contains itself"),
        ({"types": ["x"]}, "router_config.json should list under types"),
        ([], "router_config.json should list under types"),
    ],
)
def test_a_hostile_router_is_refused(
    build: Callable[..., Path], tmp_path: Path, config: object, says: str
) -> None:
    folder = Path(shutil.copytree(build(), tmp_path / "model"))
    (folder / "router_config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match=re.escape(says)):
        load(MINILM, local_path=folder, device="cpu")
