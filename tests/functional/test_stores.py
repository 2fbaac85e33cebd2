"""Fingerprints in real stores, in an environment of their own: reopened by another process."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from environments import Environment

from catalogues import ROOT
from registry import ALL_MINILM_L6_V2, BGE_SMALL_EN_V1_5
from registry.errors import FingerprintMismatchError, InputError, UnstampedError
from registry.integrations.stores import check, guarded, stamp

# Wheels alone, in exact versions. Chroma (slow to install), pgvector and
# Milvus are tried by hand, with `store_trials.py`.
STORES = {
    "parquet": ("pyarrow==26.0.1",),
    "duckdb": ("duckdb==2.0.1",),
    "faiss": ("faiss-cpu==1.15.1",),
    "usearch": ("usearch==2.26.6",),
    "sqlite": ("sqlite-vec==0.1.9", "pysqlite3-binary==0.5.4"),
    "qdrant": ("qdrant-client==1.20.0",),
    "lancedb": ("lancedb==0.40.0",),
}
TRIALS = ROOT / "tests" / "functional" / "store_trials.py"


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    environment = Environment.create(tmp_path_factory.mktemp("stores") / "env", pip=True)
    wanted = [each for requirements in STORES.values() for each in requirements]
    pip = ("-m", "pip", "install", "--quiet", "--prefer-binary", *wanted)
    result = environment.run(*pip, cwd=environment.folder, online=True)
    assert result.status == 0, result.output
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
