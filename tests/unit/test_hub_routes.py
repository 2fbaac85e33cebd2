"""Routers: what an entry says of a model whose queries and documents go different ways."""

from __future__ import annotations

from typing import Any

import pytest

from memory_repository import BERT, MemoryRepository
from registry.hub._description import Description, describe

POSITIONS = "specs.max_position_embeddings"
MEAN = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True}
ROUTER = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Router"}]


def found(files: dict[str, Any], tensors: dict[str, Any] | None = None) -> Description:
    return describe(MemoryRepository(files, tensors), "dense")


def values(description: Description, *paths: str) -> list[Any]:
    facts = description.facts
    return [facts[path].value if path in facts else None for path in paths]


def routed(
    routes: dict[str, dict[str, Any]],
    tensors: dict[str, Any] | None = None,
    files: dict[str, Any] | None = None,
    name: str = "router_config.json",
) -> Description:
    """Each route has configurations by class; a class from elsewhere has its package."""
    types: dict[str, str] = {}
    structure: dict[str, list[str]] = {}
    configs: dict[str, Any] = {}
    for route, modules in routes.items():
        for index, (each, config) in enumerate(modules.items()):
            folder = f"{route}_{index}"
            types[folder] = each if "." in each else f"sentence_transformers.models.{each}"
            structure.setdefault(route, []).append(folder)
            configs[f"{folder}/config.json"] = config
    written = {name: {"types": types, "structure": structure}}
    return found({"modules.json": ROUTER, **written, **configs, **(files or {})}, tensors)


def test_what_differs_is_unknown() -> None:
    small = {**BERT, "num_hidden_layers": 2, "max_position_embeddings": 128}
    cls = {"embedding_dimension": 384, "pooling_mode": "cls"}
    description = routed(
        {
            "query": {"Transformer": small, "Pooling": cls, "Normalize": {}},
            "document": {"Transformer": BERT, "Pooling": MEAN},
        }
    )
    for path, told in {
        "specs.num_layers": "2 (query), 6 (document)",
        POSITIONS: "128 (query), 512 (document)",
        "specs.context_length": "128 (query), 512 (document)",
        "pooling": "cls (query), mean (document)",
        "normalize": "True (query), False (document)",
        "files.config": "query_0/config.json (query), document_0/config.json (document)",
    }.items():
        assert path not in description.facts
        assert told in description.unknown[path]
    paths = "specs.hidden_dim", "architecture.type", "specs.embedding_dim"
    assert values(description, *paths) == [384, "bert", 384]


def test_what_one_route_alone_has_differs() -> None:
    network = {"Transformer": BERT, "Pooling": MEAN}
    limited = {"query_0/sentence_bert_config.json": {"max_seq_length": 64}}
    head = {"out_features": 384}
    description = routed({"query": {**network, "Dense": head}, "document": network}, files=limited)
    paths = "specs.max_sequence_length", "architecture.projection_dims"
    assert values(description, *paths, "specs.embedding_dim") == [None, None, 384]
    assert "64 (query), unknown (document)" in description.unknown[paths[0]]


def test_static_embeddings_have_no_network_that_differs() -> None:
    query = {"query_0/model.safetensors": {"embedding.weight": ("F32", (9, 64))}}
    description = routed(
        {
            "query": {"StaticEmbedding": {}},
            "document": {"Transformer": BERT, "Pooling": MEAN, "Dense": {"out_features": 64}},
        },
        query,
    )
    paths = "specs.num_layers", "specs.context_length", "pooling", "specs.embedding_dim"
    assert values(description, *paths) == [6, 512, "mean", 64]
    assert values(description, "files.config") == ["document_0/config.json"]


def test_code_of_any_route_is_run() -> None:
    query = {"custom.Transformer": BERT, "Pooling": MEAN}
    description = routed({"document": {"Transformer": BERT, "Pooling": MEAN}, "query": query})
    assert values(description, "dependencies.trust_remote_code") == [True]


def test_the_older_name_of_its_configuration() -> None:
    network = {"Transformer": BERT, "Pooling": MEAN, "Normalize": {}}
    description = routed({"query": network, "document": network}, name="config.json")
    assert values(description, "specs.embedding_dim", "normalize") == [384, True]


@pytest.mark.parametrize("structure", [None, [], {}, {"a": 7}, {"a": [7, "no"], "\n": []}])
def test_without_a_structure_all_modules_count(structure: object) -> None:
    types = {"0": "sentence_transformers.models.Transformer"}
    files = {
        "modules.json": ROUTER,
        "router_config.json": {"types": types, "structure": structure},
        "0/config.json": BERT,
    }
    assert values(found(files), "specs.num_layers") == [6]
