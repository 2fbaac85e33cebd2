"""What sentence-transformers writes today is described as the library itself would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoints import minilm_folder
from offline_weights import TOKENIZER_FILES
from sentence_transformers import (
    CrossEncoder,
    MultiVectorEncoder,
    SentenceTransformer,
    SparseEncoder,
)
from sentence_transformers.base.modules import Dense, Normalize, Transformer
from sentence_transformers.multi_vector_encoder.modules import MultiVectorMask
from sentence_transformers.sentence_transformer.modules import Pooling
from sentence_transformers.sparse_encoder.modules import SpladePooling
from transformers import BertConfig, BertForMaskedLM

from registry.hub._description import Description, describe
from registry.hub.cached import FolderRepository

WIDTH = 16


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with the vocabulary of MiniLM."""
    folder = tmp_path_factory.mktemp("bert")
    for name in TOKENIZER_FILES:
        (folder / name).write_bytes((minilm_folder() / name).read_bytes())
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522,
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


def saved(network: Any, folder: Path) -> Description:
    network.save_pretrained(str(folder), create_model_card=False)
    return describe(FolderRepository(folder, "tests/tiny"))


def value(description: Description, path: str) -> object:
    return description.facts[path].value


def parameters(network: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def test_dense(bert: Path, tmp_path: Path) -> None:
    pooling = Pooling(WIDTH, pooling_mode="cls")
    modules = [Transformer(str(bert), max_seq_length=32), pooling, Dense(WIDTH, 8), Normalize()]
    network = SentenceTransformer(
        modules=modules, prompts={"query": "query: "}, similarity_fn_name="dot"
    )
    found = saved(network, tmp_path / "dense")
    assert (found.type, found.type_reason) == (
        "dense",
        "config_sentence_transformers.json: model_type SentenceTransformer",
    )
    assert value(found, "specs.embedding_dim") == network.get_embedding_dimension() == 8
    assert value(found, "architecture.projection_dims") == 8
    assert value(found, "specs.parameter_count") == parameters(network)
    assert value(found, "specs.max_sequence_length") == network.max_seq_length == 32
    assert value(found, "specs.context_length") == 64
    assert (value(found, "pooling"), value(found, "normalize")) == ("cls", True)
    assert (value(found, "similarity"), value(found, "prompts.query")) == ("dot", "query: ")
    assert value(found, "dependencies.trust_remote_code") is False


def test_sparse(bert: Path, tmp_path: Path) -> None:
    backbone = Transformer(str(bert), transformer_task="fill-mask")
    network = SparseEncoder(modules=[backbone, SpladePooling("max")])
    found = saved(network, tmp_path / "sparse")
    assert found.type == "sparse"
    assert value(found, "specs.embedding_dim") == network.encode("tiny").shape[0] == 30522
    assert value(found, "specs.parameter_count") == parameters(network)


def test_multi_vector(bert: Path, tmp_path: Path) -> None:
    dense = Dense(
        WIDTH, 8, bias=False, activation_function=None, module_input_name="token_embeddings"
    )
    expansion = {"strategy": "fixed", "attend": False, "length": 24}
    backbone = Transformer(str(bert), query_expansion=expansion, document_length=48)
    normalize = Normalize(module_input_name="token_embeddings")
    network = MultiVectorEncoder(modules=[backbone, dense, MultiVectorMask(), normalize])
    found = saved(network, tmp_path / "late")
    assert found.type == "colbert"
    assert value(found, "specs.embedding_dim") == 8
    assert value(found, "architecture.has_projection") is True
    assert (value(found, "specs.query_length"), value(found, "specs.document_length")) == (24, 48)
    assert value(found, "specs.parameter_count") == parameters(network)
    assert value(found, "similarity") == "maxsim"


@pytest.mark.parametrize("labels", [1, 3])
def test_cross_encoder(labels: int, bert: Path, tmp_path: Path) -> None:
    network = CrossEncoder(str(bert), num_labels=labels)
    found = saved(network, tmp_path / "cross")
    assert found.type == "cross-encoder"
    assert value(found, "specs.parameter_count") == parameters(network)
    assert json.loads((tmp_path / "cross" / "config.json").read_text())["model_type"] == "bert"


def test_a_bare_network_stays_open(bert: Path) -> None:
    found = describe(FolderRepository(bert, "tests/tiny"))
    assert found.type is None
    assert found.type_reason == (
        "there is no modules.json, and BertForMaskedLM alone can be several"
    )
