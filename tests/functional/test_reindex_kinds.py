"""Reindexing late-interaction and sparse vectors in Parquet, LanceDB and Qdrant."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from checkpoints import build_colbert, splade_folder
from qdrant_client import QdrantClient, models

from registry import (
    ALL_MINILM_L6_V2,
    COLBERT_V2,
    SPLADE_V3,
    ColbertModel,
    DenseModel,
    fingerprint,
    load,
)
from registry.encoders.dense import unit
from registry.encoders.quantization import quantize
from registry.errors import InputError
from registry.integrations.stores import check
from registry.reindexing.reindexing import Where, plan_reindex, reindex

COLBERT: ColbertModel = dataclasses.replace(COLBERT_V2, matryoshka_dims=(128, 64))
MINILM: DenseModel = dataclasses.replace(ALL_MINILM_L6_V2, matryoshka_dims=(384, 128))
TEXTS = [f"Passage {number} of the shop." for number in range(12)]
LENGTHS = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
CHANCE = np.random.default_rng(0)
TOKENS = [unit(CHANCE.standard_normal((n, 128)).astype(np.float32)) for n in LENGTHS]
WEIGHTS = [
    (np.sort(CHANCE.choice(30522, n, replace=False)), CHANCE.random(n).astype(np.float32))
    for n in LENGTHS
]
DENSE = unit(CHANCE.standard_normal((12, 8)).astype(np.float32))
WHERE = Where(collection="shop")
KEY = "tessera-registry.fingerprint"
Found = tuple[dict[str, list[Any]], Any]


def table(stamps: dict[str, str]) -> Any:
    """A table with every kind of vector; stamped ones have fingerprints on their columns."""
    offsets = pa.array(np.concatenate([[0], np.cumsum(LENGTHS)]).astype(np.int32))
    flat = pa.array(np.concatenate(TOKENS).reshape(-1))
    tokens = pa.ListArray.from_arrays(offsets, pa.FixedSizeListArray.from_arrays(flat, 128))
    places = pa.array(np.concatenate([each for each, _ in WEIGHTS]).astype(np.int32))
    values = pa.array(np.concatenate([each for _, each in WEIGHTS]))
    columns = {
        "text": pa.array(TEXTS),
        "cut": pa.array([False] * len(TEXTS)),
        "dense": pa.FixedSizeListArray.from_arrays(pa.array(DENSE.reshape(-1)), 8),
        "tokens": tokens,
        "indices": pa.ListArray.from_arrays(offsets, places),
        "values": pa.ListArray.from_arrays(offsets, values),
    }
    fields = [
        pa.field(name, each.type, metadata={KEY: stamps[name]} if name in stamps else None)
        for name, each in columns.items()
    ]
    facts = {"tessera-registry.corpus": "{}", "tessera-registry.embed": "{}"}
    facts |= {f"{KEY}.{name}": text for name, text in stamps.items()}
    return pa.table(list(columns.values()), schema=pa.schema(fields, metadata=facts))


def make_parquet(folder: Path, stamps: dict[str, str]) -> Path:
    pq.write_table(table(stamps), folder / "shop.parquet", row_group_size=5)
    return folder / "shop.parquet"


def read_parquet(path: Path) -> Found:
    return _columns(pq.read_table(path)), pq.ParquetFile(path)


def make_lance(folder: Path, stamps: dict[str, str]) -> Path:
    import lancedb

    lancedb.connect(folder / "db").create_table("shop", table(stamps))
    return folder / "db"


def read_lance(path: Path) -> Found:
    import lancedb

    opened = lancedb.connect(path).open_table("shop")
    return _columns(opened.to_arrow()), opened


def _columns(found: Any) -> dict[str, list[Any]]:
    columns = {name: found[name].to_pylist() for name in found.schema.names}
    return columns | {"facts": list(found.schema.metadata)}


def make_qdrant(folder: Path, stamps: dict[str, str]) -> Path:
    client = QdrantClient(path=str(folder / "qdrant"))
    cosine = models.Distance.COSINE
    several = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
    metadata: Any = {f"{KEY}.{name}": text for name, text in stamps.items()}
    client.create_collection(
        "shop-1",
        vectors_config={
            "dense": models.VectorParams(size=8, distance=cosine),
            "tokens": models.VectorParams(size=128, distance=cosine, multivector_config=several),
        },
        sparse_vectors_config={"indices": models.SparseVectorParams()},
        metadata=metadata,
    )
    points: list[Any] = []
    for number, text in enumerate(TEXTS):
        places, values = WEIGHTS[number]
        sparse = models.SparseVector(indices=places.tolist(), values=values.tolist())
        vector: Any = {
            "dense": DENSE[number].tolist(),
            "tokens": TOKENS[number].tolist(),
            "indices": sparse,
        }
        points.append(models.PointStruct(id=number, vector=vector, payload={"text": text}))
    client.upsert("shop-1", points)
    alias = models.CreateAlias(collection_name="shop-1", alias_name="shop")
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    client.close()
    return folder / "qdrant"


def read_qdrant(path: Path) -> Found:
    client = QdrantClient(path=str(path))
    points, _ = client.scroll("shop", limit=100, with_vectors=True)
    vectors: list[Any] = [point.vector for point in points]
    found = {
        "text": [(point.payload or {})["text"] for point in points],
        "cut": [None] * len(points),
        "dense": [each["dense"] for each in vectors],
        "tokens": [each["tokens"] for each in vectors],
        "indices": [each["indices"].indices for each in vectors],
        "values": [each["indices"].values for each in vectors],
    }
    return found, client


STORES: dict[str, tuple[Callable[..., Path], Callable[[Path], Any]]] = {
    "parquet": (make_parquet, read_parquet),
    "lancedb": (make_lance, read_lance),
    "qdrant": (make_qdrant, read_qdrant),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    return STORES[request.param]


def checked(opened: Any, model: Any, vector: str, **made: Any) -> None:
    """Check the fingerprint of one vector through the store's own object."""
    qdrant: dict[str, Any] = {"collection": "shop"} if isinstance(opened, QdrantClient) else {}
    check(opened, model, vector=vector, **qdrant, **made)
    if qdrant:
        opened.close()


def alike(found: Sequence[Any], wanted: Sequence[Any]) -> None:
    assert len(found) == len(wanted)
    for mine, right in zip(found, wanted, strict=True):
        np.testing.assert_allclose(np.array(mine, np.float32), right, atol=2e-6)


def untouched(found: Any, *names: str) -> None:
    """Check that everything the model does not produce is unchanged."""
    assert found["text"] == TEXTS
    right: dict[str, Any] = {
        "dense": DENSE,
        "tokens": TOKENS,
        "indices": [each for each, _ in WEIGHTS],
    }
    for name in names:
        alike(found[name], right[name])


def test_tokens_are_cut_without_a_model(store: Any, tmp_path: Path) -> None:
    make, read = store
    path = make(tmp_path, {"tokens": fingerprint(COLBERT)})
    assert plan_reindex(path, COLBERT, where=WHERE, dim=64).step == "cut"
    assert reindex(path, COLBERT, where=WHERE, dim=64, rows_at_once=5).rows == 12
    found, opened = read(path)
    alike(found["tokens"], [unit(each[:, :64]) for each in TOKENS])
    untouched(found, "dense", "indices")
    checked(opened, COLBERT, "tokens", dim=64)
    assert reindex(path, COLBERT, where=WHERE, dim=64).plan.step == "nothing"


@pytest.mark.parametrize("name", ["parquet", "lancedb"])
def test_tokens_are_quantized_one_by_one(name: str, tmp_path: Path) -> None:
    make, read = STORES[name]
    path = make(tmp_path, {"tokens": fingerprint(COLBERT)})
    assert reindex(path, COLBERT, where=WHERE, quantize_to="int8").plan.step == "quantize"
    found, opened = read(path)
    small = [quantize(each, "int8") for each in TOKENS]
    alike(found["tokens"], [each.values for each in small])
    alike(found["tokens_scale"], [each.scales for each in small])
    checked(opened, COLBERT, "tokens", quantization="int8")


def test_a_prompt_of_queries_alone_changes_only_the_stamp(store: Any, tmp_path: Path) -> None:
    make, read = store
    stamp = fingerprint(SPLADE_V3)
    path = make(tmp_path, {"indices": stamp, "values": stamp})
    model = dataclasses.replace(SPLADE_V3, query_prompt="query: ")
    assert reindex(path, model, where=WHERE).plan.step == "stamp"
    found, opened = read(path)
    untouched(found, "dense", "tokens", "indices")
    checked(opened, model, "indices")


@pytest.fixture(scope="module")
def weights() -> Any:
    """What SPLADE makes of the texts."""
    with load(SPLADE_V3, local_path=splade_folder()) as encoder:
        return encoder.encode_documents(TEXTS)


@pytest.mark.heavy
def test_sparse_weights_are_embedded_again(store: Any, tmp_path: Path, weights: Any) -> None:
    make, read = store
    stamp = fingerprint(dataclasses.replace(SPLADE_V3, id="another"))
    path = make(tmp_path, {"indices": stamp, "values": stamp})
    done = reindex(path, SPLADE_V3, where=WHERE, rows_at_once=5, local_path=splade_folder())
    assert done.plan.step == "embed"
    found, opened = read(path)
    untouched(found, "dense", "tokens")
    rows = list(pairwise(weights.indptr))
    alike(found["indices"], [weights.indices[start:end] for start, end in rows])
    alike(found["values"], [weights.data[start:end] for start, end in rows])
    assert found["cut"] == [None] * 12  # those of the old model are gone
    assert b"tessera-registry.embed" not in found.get("facts", ())
    checked(opened, SPLADE_V3, "indices", revision="?")


@pytest.fixture(scope="module")
def colbert(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A ColBERT checkpoint, and what it makes of the texts."""
    folder = build_colbert(tmp_path_factory.mktemp("colbert") / "made")
    with load(COLBERT_V2, local_path=folder) as encoder:
        return folder, encoder.encode_documents(TEXTS)


@pytest.mark.heavy
def test_tokens_are_embedded_again(store: Any, tmp_path: Path, colbert: tuple[Path, Any]) -> None:
    make, read = store
    path = make(tmp_path, {"tokens": fingerprint(dataclasses.replace(COLBERT_V2, id="another"))})
    folder, right = colbert
    done = reindex(path, COLBERT_V2, where=WHERE, rows_at_once=5, local_path=folder)
    assert done.plan.step == "embed"
    found, opened = read(path)
    untouched(found, "dense", "indices")
    alike(found["tokens"], right)
    checked(opened, COLBERT_V2, "tokens", revision="?")


def test_another_kind_of_model_is_refused(store: Any, tmp_path: Path) -> None:
    make, _ = store
    path = make(tmp_path, {"dense": fingerprint(COLBERT)})
    with pytest.raises(InputError):
        plan_reindex(path, SPLADE_V3, where=WHERE, quantize_to="int8")
    with pytest.raises(InputError):
        plan_reindex(path, SPLADE_V3, where=dataclasses.replace(WHERE, vector="tokens"))
    assert plan_reindex(path, SPLADE_V3, where=WHERE).step == "embed"


def test_a_vector_without_a_name_beside_a_sparse_one(tmp_path: Path) -> None:
    client = QdrantClient(path=str(tmp_path / "qdrant"))
    client.create_collection(
        "shop",
        vectors_config=models.VectorParams(size=384, distance=models.Distance.COSINE),
        sparse_vectors_config={"words": models.SparseVectorParams()},
        metadata={KEY: fingerprint(MINILM)},
    )
    vectors = unit(CHANCE.standard_normal((3, 384)).astype(np.float32))
    words = models.SparseVector(indices=[3, 8], values=[0.5, 0.25])
    client.upsert(
        "shop",
        [
            models.PointStruct(id=n, vector={"": each.tolist(), "words": words})
            for n, each in enumerate(vectors)
        ],
    )
    client.close()
    done = reindex(tmp_path / "qdrant", MINILM, dim=128, where=Where("shop", alias="now"))
    assert done.plan.step == "cut"
    client = QdrantClient(path=str(tmp_path / "qdrant"))
    points, _ = client.scroll("now", with_vectors=True)
    found: list[Any] = [point.vector for point in points]
    client.close()
    alike([each[""] for each in found], list(unit(vectors[:, :128])))
    assert [each["words"] for each in found] == [words] * 3
