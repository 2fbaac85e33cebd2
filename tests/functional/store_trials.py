"""Create, stamp, extend and reopen real stores; run in the environment that has them installed.

    python store_trials.py make|reopen STORE FOLDER

It imports nothing from the tests: the environment only has the stores and the registry's sources.
"""

# The stores are installed where this runs, not where mypy checks it.
# mypy: disable-error-code="import-not-found"

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from registry import ALL_MINILM_L6_V2 as MINE
from registry import BGE_M3 as WIDER
from registry import BGE_SMALL_EN_V1_5 as OTHER
from registry.errors import FingerprintMismatchError, InputError, UnstampedError
from registry.integrations.stores import check, guarded, stamp
from registry.integrations.stores._finding import place_of

DIM = 384
ROW = [0.5] * DIM


def parquet(folder: Path, make: bool) -> tuple[Any, dict[str, Any], Callable[[], None] | None]:
    import pyarrow as pa
    import pyarrow.dataset
    import pyarrow.parquet as pq

    schema = pa.schema({"id": pa.int64(), "e": pa.list_(pa.float32(), DIM)}, {"own": "1"})
    path = folder / "p.parquet"
    if not make:
        file = pq.ParquetFile(path)
        assert file.schema_arrow.metadata == schema.metadata
        assert file.read().num_rows == 1
        for same in (path, str(path), folder, pyarrow.dataset.dataset(str(path))):
            check(same, MINE, vector="e")
            refused(same, vector="e")
            read(same, {"vector": "e"}, "parquet")
        return file, {"vector": "e"}, None
    bare = folder / "bare"
    bare.mkdir()
    pq.write_table(pa.table({"id": [1]}), bare / "bare.parquet")
    for store in (pq.ParquetFile(bare / "bare.parquet"), bare):
        unstamped(store)
    (bare / "bare.parquet").unlink()
    bare.rmdir()
    writer = pq.ParquetWriter(path, schema)

    def add() -> None:
        writer.write_table(pa.table({"id": [1], "e": [ROW]}, schema=schema))
        writer.close()

    return writer, {"vector": "e"}, add


def duckdb(folder: Path, make: bool) -> Any:
    import duckdb

    db = duckdb.connect(str(folder / "p.duckdb"))
    if make:
        db.execute(f"CREATE TABLE p (id INT, e FLOAT[{DIM}])").fetchall()
        db.execute("CREATE INDEX i ON p (id)").fetchall()
        db.execute("COMMENT ON COLUMN p.e IS 'Passages; it''s mine'").fetchall()
    else:
        query = "SELECT comment FROM duckdb_columns() WHERE column_name = 'e'"
        ((comment,),) = db.execute(query).fetchall()
        assert comment.startswith("Passages; it's mine\n"), comment
    add = "INSERT INTO p SELECT 1, list_resize([0.5], 384, 0.5)"
    return db, {"collection": "p", "vector": "e"}, lambda: db.execute(add).fetchall()


def faiss(folder: Path, make: bool) -> Any:
    import faiss
    import numpy as np

    path = str(folder / "p.faiss")
    index = faiss.IndexFlatIP(DIM) if make else faiss.read_index(path)

    def add() -> None:
        index.add(np.array([ROW], dtype="float32"))
        faiss.write_index(index, path)

    return index, {"path": path}, add


def usearch(folder: Path, make: bool) -> Any:
    import numpy as np
    from usearch.index import Index

    path = folder / "p.usearch"
    index: Any = Index(ndim=DIM) if make else Index.restore(path)

    def add() -> None:
        index.add(len(index), np.array(ROW, dtype="float32"))
        index.save(path)

    return index, {"path": path}, add


def sqlite(folder: Path, make: bool) -> Any:
    import pysqlite3
    import sqlite_vec

    db = pysqlite3.connect(str(folder / "p.db"))
    db.enable_load_extension(True)
    sqlite_vec.load(db)
    if make:
        db.execute(f"CREATE VIRTUAL TABLE p USING vec0(e FLOAT[{DIM}])")
        unknown = sqlite3.connect(":memory:")
        try:
            check(unknown, MINE, collection="p")
        except InputError:
            pass
        else:
            raise AssertionError("a table that is not there")

    def add() -> None:
        db.execute("INSERT INTO p (e) VALUES (?)", [json.dumps(ROW)])
        db.commit()

    return db, {"collection": "p"}, add


def lancedb(folder: Path, make: bool) -> Any:
    import lancedb
    import pyarrow as pa

    schema = pa.schema({"id": pa.int64(), "e": pa.list_(pa.float32(), DIM)}, {"own": "1"})
    db = lancedb.connect(str(folder))
    table = db.create_table("p", schema=schema) if make else db.open_table("p")
    assert table.schema.metadata[b"own"] == b"1"

    def add() -> None:
        table.add(pa.table({"id": [1], "e": [ROW]}, schema=schema))
        table.optimize()

    return table, {"vector": "e"}, add


def qdrant(folder: Path, make: bool) -> Any:
    from qdrant_client import QdrantClient, models

    client = QdrantClient(path=str(folder / "qdrant"))
    if make:
        size = models.VectorParams(size=DIM, distance=models.Distance.COSINE)
        client.create_collection("p", vectors_config=size, metadata={"own": 1})
    assert (client.get_collection("p").config.metadata or {})["own"] == 1
    point = models.PointStruct(id=1, vector=ROW)
    return client, {"collection": "p"}, lambda: client.upsert("p", [point])


def chroma(folder: Path, make: bool) -> Any:
    import chromadb

    client = chromadb.PersistentClient(str(folder / "chroma"))
    if make:
        own = {"hnsw:space": "cosine", "own": "1"}
        found = client.create_collection("passages", metadata=own, embedding_function=None)
    else:
        found = client.get_collection("passages", embedding_function=None)
    assert found.metadata["own"] == "1"
    assert found.configuration_json["hnsw"]["space"] == "cosine"
    rows: list[Sequence[float] | Sequence[int]] = [ROW]
    return found, {}, lambda: found.upsert(ids=["1"], embeddings=rows)


def milvus(folder: Path, make: bool) -> Any:
    from pymilvus import MilvusClient

    client = MilvusClient(str(folder / "milvus.db"))
    if make:
        client.create_collection("p", dimension=DIM)
    return client, {"collection": "p"}, lambda: client.insert("p", [{"id": 1, "vector": ROW}])


def pgvector(folder: Path, make: bool) -> Any:
    import pgserver
    import psycopg

    server = pgserver.get_server(folder / "pg")
    db = psycopg.connect(server.get_uri())
    if make:
        db.execute("CREATE EXTENSION vector")
        db.execute(f"CREATE TABLE p (id int, e vector({DIM}))")
        db.execute("COMMENT ON COLUMN p.e IS 'it''s mine'")
        db.commit()

    def add() -> None:
        db.execute("INSERT INTO p VALUES (1, %s)", [json.dumps(ROW)])
        db.commit()

    return db, {"collection": "p", "vector": "e"}, add


def unstamped(store: Any, **place: Any) -> None:
    try:
        check(store, MINE, **place)
    except UnstampedError:
        return
    raise AssertionError("nothing was stamped")


def refused(store: Any, **place: Any) -> None:
    for attempt in (check, stamp):
        try:
            attempt(store, OTHER, **place)
        except FingerprintMismatchError as error:
            said = error.differences[0]
        else:
            raise AssertionError(f"{attempt.__name__} took another model")
        assert said.startswith(f"model: stored {MINE.id} "), said
        assert OTHER.id in said
    try:
        with guarded(store, OTHER, **place):
            raise AssertionError("the block ran")
    except FingerprintMismatchError:
        pass


KEYS: dict[str, Any] = {"faiss": 0, "usearch": 0, "chroma": "1"}


def read(store: Any, place: dict[str, Any], name: str) -> None:
    """Read back the row that was added, and nothing else."""
    column = {"sqlite": "e", "milvus": None}.get(name, place.get("vector"))
    found = place_of(store, place.get("collection"), column, place.get("path"))
    if not hasattr(store, "add_key_value_metadata"):
        key = KEYS.get(name, 1)
        vectors = found.vectors([key, "9" if isinstance(key, str) else 9], None)
        assert list(vectors) == [key], vectors
        ratios = {round(float(each) / float(vectors[key][0]), 5) for each in vectors[key]}
        assert (len(vectors[key]), ratios) == (DIM, {1.0})
    assert found.width() in (DIM, *((None,) if name == "parquet" else ())), found.width()


def another_width(store: Any, **place: Any) -> None:
    for attempt in (check, stamp):
        try:
            attempt(store, WIDER, **place)
        except FingerprintMismatchError as error:
            said = error.differences[-1]
        else:
            raise AssertionError(f"{attempt.__name__} took another width")
        assert said.startswith("dim: stored vectors have 384"), said


def main(step: str, name: str, folder: Path) -> None:
    assert MINE.embedding_dim == OTHER.embedding_dim == DIM
    make = step == "make"
    store, place, add = globals()[name](folder, make)
    if make:
        if name != "chroma":  # which accepts any width while it is empty
            another_width(store, **place)
        unstamped(store, **place)
        assert stamp(store, MINE, **place) == stamp(store, MINE, **place)
    with guarded(store, MINE, **place) as same:
        assert same is store
        if add:
            add()
    check(store, MINE, **place)
    refused(store, **place)
    if not make:
        read(store, place, name)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    sys.stdout.flush()
    os._exit(0)  # some stores keep the process from ending
