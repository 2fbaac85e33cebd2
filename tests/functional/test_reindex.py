"""Re-embedding stores: nothing is lost or doubled, the old one stays readable, kills do no harm."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from checkpoints import minilm_folder
from command_line import run
from qdrant_client import QdrantClient, models

from goldens import Golden
from registry import ALL_MINILM_L6_V2, BGE_SMALL_EN_V1_5, DenseModel, fingerprint, load
from registry.encoders.dense import unit
from registry.encoders.quantization import quantize
from registry.errors import InputError, RegistryError, StoreError
from registry.integrations.stores import check
from registry.models.made_with import MadeWith
from registry.reindexing.planning import plan
from registry.reindexing.reindexing import Where, plan_reindex, reindex, remove_old
from servers.embedding import EmbeddingServer

# Matryoshka widths, so that vectors may be truncated.
MINILM: DenseModel = dataclasses.replace(ALL_MINILM_L6_V2, matryoshka_dims=(384, 128))
OTHER = BGE_SMALL_EN_V1_5
ROWS = 50
TEXTS = [f"Passage {number} of the shop." for number in range(ROWS)]
VECTORS = unit(np.random.default_rng(0).standard_normal((ROWS, 384)).astype(np.float32))
TABLE: Any = pa.table(
    {
        "id": pa.array(range(ROWS)),
        "text": TEXTS,
        "e": pa.FixedSizeListArray.from_arrays(pa.array(VECTORS.reshape(-1)), 384),
    }
)
COLLECTION = Where(collection="shop")
Found = tuple[list[int], Any, Any]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of store: how to make it with all rows and a stamp, and how to read it."""

    make: Callable[[Path, str | None], Path]
    read: Callable[[Path], Found]
    old: Callable[[Path], int]


def make_file(folder: Path, text: str | None) -> Path:
    path = folder / "shop.parquet"
    _write(path, TABLE, text)
    return path


def _write(path: Path, table: Any, text: str | None) -> None:
    metadata = {b"own": b"1"} | ({} if text is None else {b"tessera-registry.fingerprint": text})
    pq.write_table(table.replace_schema_metadata(metadata), path, row_group_size=7)


def make_files(folder: Path, text: str | None) -> Path:
    path = folder / "shop"
    (path / "year=2026").mkdir(parents=True)
    _write(path / "a.parquet", TABLE.slice(0, 20), text)
    _write(path / "year=2026" / "b.parquet", TABLE.slice(20), text)
    return path


def read_files(path: Path) -> Found:
    files = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    table: Any = pa.concat_tables([pq.ParquetFile(file).read() for file in files])
    assert table.schema.metadata[b"own"] == b"1"
    for file in files:
        with pq.ParquetFile(file) as opened:
            _checked(opened, vector=None)
    return table["id"].to_pylist(), table["text"].to_pylist(), np.array(table["e"].to_pylist())


def old_files(path: Path) -> int:
    return len(read_old(path.with_name(f"{path.name}.before-reindex")))


def read_old(path: Path) -> list[int]:
    files = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    return [each for file in files for each in pq.ParquetFile(file).read()["id"].to_pylist()]


def make_lance(folder: Path, text: str | None) -> Path:
    import lancedb

    database = lancedb.connect(folder / "db")
    table = database.create_table("shop", TABLE.slice(0, 30))
    table.add(TABLE.slice(30))
    if text is not None:
        table.update_field_metadata(
            {"path": "e", "metadata": {"tessera-registry.fingerprint": text}}
        )
    return folder / "db"


def read_lance(path: Path) -> Found:
    import lancedb

    table = lancedb.connect(path).open_table("shop")
    _checked(table, vector="e")
    found: Any = table.to_arrow()
    return found["id"].to_pylist(), found["text"].to_pylist(), np.array(found["e"].to_pylist())


def old_lance(path: Path) -> int:
    import lancedb

    database = lancedb.connect(path)
    name = "shop.before-reindex"
    return database.open_table(name).count_rows() if name in database.list_tables().tables else 0


def make_qdrant(folder: Path, text: str | None) -> Path:
    client = QdrantClient(path=str(folder / "qdrant"))
    size = models.VectorParams(size=384, distance=models.Distance.COSINE)
    metadata: Any = {"own": 1} | ({} if text is None else {"tessera-registry.fingerprint": text})
    client.create_collection("shop-1", vectors_config=size, metadata=metadata)
    points = [
        models.PointStruct(id=number, vector=VECTORS[number].tolist(), payload={"text": text})
        for number, text in enumerate(TEXTS)
    ]
    client.upsert("shop-1", points)
    alias = models.CreateAlias(collection_name="shop-1", alias_name="shop")
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    client.close()
    return folder / "qdrant"


def read_qdrant(path: Path) -> Found:
    client = QdrantClient(path=str(path))
    metadata: Any = client.get_collection("shop").config.metadata
    assert metadata["own"] == 1
    _checked(client, collection="shop")
    points, _ = client.scroll("shop", limit=1000, with_vectors=True)
    client.close()
    texts = [(point.payload or {})["text"] for point in points]
    return [int(point.id) for point in points], texts, np.array([each.vector for each in points])


def old_qdrant(path: Path) -> int:
    client = QdrantClient(path=str(path))
    count = client.count("shop-1").count if client.collection_exists("shop-1") else 0
    client.close()
    return count


KINDS = {
    "file": Kind(make_file, read_files, old_files),
    "folder": Kind(make_files, read_files, old_files),
    "lancedb": Kind(make_lance, read_lance, old_lance),
    "qdrant": Kind(make_qdrant, read_qdrant, old_qdrant),
}
EXPECTED: dict[str, Any] = {}


def _checked(store: Any, **place: Any) -> None:
    check(store, EXPECTED["model"], **EXPECTED["made"], **place)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def all_there(found: Found, expected: Any, model: DenseModel, **made: Any) -> None:
    ids, texts, vectors = found
    assert ids == list(range(ROWS))
    assert texts == TEXTS
    np.testing.assert_allclose(vectors, expected, atol=2e-6)


def expect(model: DenseModel, **made: Any) -> None:
    EXPECTED.update(model=model, made=made)


def test_a_cut_takes_no_model(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))
    assert plan_reindex(path, MINILM, where=COLLECTION, dim=128).step == "cut"
    done = reindex(path, MINILM, where=COLLECTION, dim=128, rows_at_once=8)
    assert (done.rows, done.done_before, done.plan.step) == (ROWS, 0, "cut")
    expect(MINILM, dim=128)
    all_there(kind.read(path), unit(VECTORS[:, :128]), MINILM)
    assert kind.old(path) == ROWS
    assert reindex(path, MINILM, where=COLLECTION, dim=128).plan.step == "nothing"
    assert remove_old(path, where=COLLECTION) is not None
    assert remove_old(path, where=COLLECTION) is None
    assert kind.old(path) == 0


@pytest.fixture(scope="module")
def embedded() -> Any:
    """What MiniLM makes of the texts."""
    with load(ALL_MINILM_L6_V2, local_path=minilm_folder()) as encoder:
        return encoder.encode_documents(TEXTS)


@pytest.mark.heavy
def test_another_model_embeds_the_texts_again(kind: Kind, tmp_path: Path, embedded: Any) -> None:
    path = kind.make(tmp_path, fingerprint(OTHER))
    there = minilm_folder()
    done = reindex(path, ALL_MINILM_L6_V2, where=COLLECTION, rows_at_once=20, local_path=there)
    assert done.plan.step == "embed"
    expect(ALL_MINILM_L6_V2, revision="?")
    all_there(kind.read(path), embedded, ALL_MINILM_L6_V2)


def test_nothing_is_switched_before_all_is_there(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))

    def stop(done: int, total: int) -> None:
        if done >= 24:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(path, MINILM, where=COLLECTION, dim=128, rows_at_once=8, progress=stop)
    expect(MINILM)
    all_there(kind.read(path), VECTORS, MINILM)
    other = dataclasses.replace(MINILM, document_prompt="x")
    if kind is not KINDS["qdrant"]:  # which can hold both
        with pytest.raises(StoreError):
            reindex(path, MINILM, where=COLLECTION, quantize_to="int8")
    assert plan_reindex(path, other, where=COLLECTION).step == "embed"
    done = reindex(path, MINILM, where=COLLECTION, dim=128, rows_at_once=8)
    assert 24 <= done.done_before < ROWS
    expect(MINILM, dim=128)
    all_there(kind.read(path), unit(VECTORS[:, :128]), MINILM)


@pytest.mark.parametrize("kind", [KINDS["file"], KINDS["lancedb"]], ids=["file", "lancedb"])
@pytest.mark.parametrize("quantization", ["int8", "binary"])
def test_quantizing_takes_no_model(kind: Kind, quantization: Any, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))
    where = dataclasses.replace(COLLECTION, vector="e")
    done = reindex(path, MINILM, where=where, quantize_to=quantization, dim=128)
    assert done.plan.step == "quantize"
    expect(MINILM, dim=128, quantization=quantization)
    all_there(kind.read(path), quantize(unit(VECTORS[:, :128]), quantization).values, MINILM)


def test_queries_are_not_stored(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))
    model = dataclasses.replace(MINILM, query_prompt="query: ")
    assert reindex(path, model, where=COLLECTION).plan.step == "stamp"
    expect(model)
    all_there(kind.read(path), VECTORS, model)


# Reindexes row by row, so that a kill hits it at work.
CHILD = """
import dataclasses, sys
from registry import ALL_MINILM_L6_V2
from registry.reindexing.reindexing import Where, reindex
model = dataclasses.replace(ALL_MINILM_L6_V2, matryoshka_dims=(384, 128))
print("at work", flush=True)
reindex(sys.argv[1], model, where=Where(collection="shop"), dim=128, rows_at_once=1)
print("done", flush=True)
"""


def started(path: Path) -> Iterator[str]:
    """Runs in processes of their own, killed at random moments until one completes."""
    moments = random.Random(1)
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, path], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "at work\n"
            time.sleep(moments.uniform(0.02, 0.5))
            child.kill()
            yield child.stdout.read()


@pytest.mark.heavy
@pytest.mark.parametrize("others", [("text",), ("weights",), ("text", "weights")], ids="-".join)
def test_a_resumed_run_embeds_the_same_texts_with_the_same_files(
    kind: Kind, others: tuple[str, ...], tmp_path: Path
) -> None:
    """The fingerprint shows neither the column of the texts nor which files are in a folder."""
    path = kind.make(tmp_path, fingerprint(OTHER))
    weights = Path(shutil.copytree(minilm_folder(), tmp_path / "weights"))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    def again(where: Where, progress: Callable[[int, int], None] | None = None) -> None:
        more: dict[str, Any] = {"where": where, "rows_at_once": 8, "progress": progress}
        reindex(path, ALL_MINILM_L6_V2, local_path=weights, **more)

    with pytest.raises(KeyboardInterrupt):
        again(COLLECTION, stop)
    where = dataclasses.replace(COLLECTION, text="id") if "text" in others else COLLECTION
    if "weights" in others:
        with (weights / "config.json").open("a") as file:
            file.write("\n")
    with pytest.raises(StoreError) as caught:
        again(where)
    told = {"text": "texts: begun with text, now id", "weights": "config.json"}
    assert all((words in str(caught.value)) is (other in others) for other, words in told.items())


def test_a_resumed_run_replaces_the_same_vectors(tmp_path: Path) -> None:
    path = tmp_path / "shop.parquet"
    _write(path, TABLE.append_column("f", TABLE["e"]), fingerprint(MINILM))
    first, second = (dataclasses.replace(COLLECTION, vector=name) for name in ("e", "f"))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(path, MINILM, where=first, dim=128, rows_at_once=8, progress=stop)
    with pytest.raises(StoreError, match=r"vectors: begun with e, now f"):
        reindex(path, MINILM, where=second, dim=128, rows_at_once=8)


@pytest.mark.heavy
def test_a_killed_run_goes_on(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))
    kills = 0
    for said in started(path):
        if said == "done\n":
            break
        kills += 1
    assert kills > 0
    reindex(path, MINILM, where=COLLECTION, dim=128)
    expect(MINILM, dim=128)
    all_there(kind.read(path), unit(VECTORS[:, :128]), MINILM)
    assert kind.old(path) == ROWS


@pytest.mark.parametrize("kind", [KINDS["file"], KINDS["folder"], KINDS["lancedb"]])
def test_two_runs_take_turns(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))

    def once(number: int) -> str:
        return reindex(path, MINILM, where=COLLECTION, dim=128, rows_at_once=2).plan.step

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(once, range(2))) == ["cut", "nothing"]


def test_a_run_waits_for_a_busy_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends only the batch again that was refused: here, one text."""
    monkeypatch.setattr("registry.encoders.patience._PAUSE", 0.01)
    path = make_file(tmp_path, fingerprint(OTHER))
    model = dataclasses.replace(ALL_MINILM_L6_V2, batch_size=1)
    with EmbeddingServer("infinity") as server:
        with load(model, backend="openai", base_url=server.url) as encoder:
            vectors = encoder.encode_documents(TEXTS)

        asked: list[int] = []

        def fail(done: int, total: int) -> None:
            asked.append(sum(each.path.endswith("/embeddings") for each in server.requests))
            if len(asked) == 1:
                server.fails("status", status=429, path="/embeddings", retry_after=0)
                server.fails("reset", path="/embeddings")

        done = reindex(
            path, model, rows_at_once=25, progress=fail, backend="openai", base_url=server.url
        )
    assert (done.rows, asked[1] - asked[0]) == (ROWS, 25 + 2)
    table: Any = pq.read_table(path)
    np.testing.assert_allclose(np.array(table["e"].to_pylist()), vectors, atol=2e-6)


def test_a_resumed_run_asks_for_the_same_model_of_a_server(tmp_path: Path) -> None:
    path = make_file(tmp_path, fingerprint(OTHER))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with EmbeddingServer("infinity", name="f32", also={"q4": "dense"}) as server:
        there: dict[str, Any] = {"backend": "openai", "base_url": server.url, "rows_at_once": 8}
        with pytest.raises(KeyboardInterrupt):
            reindex(path, ALL_MINILM_L6_V2, server_model="f32", progress=stop, **there)
        with pytest.raises(StoreError, match=r"f32.*q4"):
            reindex(path, ALL_MINILM_L6_V2, server_model="q4", **there)
        assert reindex(path, ALL_MINILM_L6_V2, server_model="f32", **there).done_before == 8


def test_an_unfinished_collection_is_not_preferred_to_the_old_one(tmp_path: Path) -> None:
    path = make_qdrant(tmp_path, fingerprint(MINILM))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(path, MINILM, where=COLLECTION, dim=128, rows_at_once=8, progress=stop)
    client = QdrantClient(path=str(path))
    (unfinished,) = {each.name for each in client.get_collections().collections} - {"shop-1"}
    client.close()
    with pytest.raises(StoreError, match=r"unfinished.*shop-1"):
        remove_old(path, where=Where(collection=unfinished))
    assert old_qdrant(path) == ROWS


def test_a_column_that_only_looks_like_scales(tmp_path: Path) -> None:
    path = tmp_path / "shop.parquet"
    own = [float(number) for number in range(ROWS)]
    _write(path, TABLE.append_column("e_scale", pa.array(own)), fingerprint(MINILM))
    reindex(path, MINILM, dim=128)
    assert pq.read_table(path)["e_scale"].to_pylist() == own
    remove_old(path)
    with pytest.raises(InputError, match="'e_scale'"):
        reindex(path, MINILM, dim=128, quantize_to="int8")


@pytest.mark.parametrize("kind", [KINDS["file"], KINDS["folder"], KINDS["lancedb"]])
@pytest.mark.parametrize("call", ["rename", "replace", "link", "rmtree", "unlink"])
def test_a_run_that_ends_within_the_switch(
    kind: Kind, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call fails once while files are being renamed; the next run recovers."""
    path = kind.make(tmp_path, fingerprint(MINILM))
    owner: Any = {"rmtree": shutil, "link": os}.get(call, Path)
    real = getattr(owner, call)
    switching: list[str] = []

    def fail(*arguments: Any, **named: Any) -> Any:
        text = [each.read_text() for each in tmp_path.rglob("*job.json")]
        text += [each.read_text() for each in tmp_path.rglob("*reindex.json")]
        if any('"switching": true' in each for each in text) and not switching:
            switching.append(call)
            raise KeyboardInterrupt
        return real(*arguments, **named)

    monkeypatch.setattr(owner, call, fail)
    with suppress(KeyboardInterrupt):
        reindex(path, MINILM, where=COLLECTION, dim=128)
    monkeypatch.undo()
    reindex(path, MINILM, where=COLLECTION, dim=128)
    expect(MINILM, dim=128)
    all_there(kind.read(path), unit(VECTORS[:, :128]), MINILM)
    assert kind.old(path) == ROWS
    assert not list(tmp_path.rglob("*.reindex*"))


@pytest.mark.parametrize("place", ["db", "db/shop.lance"])
def test_a_table_that_a_killed_switch_has_only_set_aside_is_found(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lance(tmp_path, fingerprint(MINILM))
    real = Path.rename

    def rename_and_stop(path: Path, target: Path) -> Path:
        real(path, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", rename_and_stop)
    with pytest.raises(KeyboardInterrupt):
        reindex(tmp_path / place, MINILM, dim=128)
    monkeypatch.undo()
    assert not (tmp_path / "db" / "shop.lance").exists()
    reindex(tmp_path / place, MINILM, dim=128)
    expect(MINILM, dim=128)
    all_there(read_lance(tmp_path / "db"), unit(VECTORS[:, :128]), MINILM)
    assert old_lance(tmp_path / "db") == ROWS


def test_a_folder_of_qdrant_is_free_after_a_wrong_name(tmp_path: Path) -> None:
    path = make_qdrant(tmp_path, fingerprint(MINILM))
    with pytest.raises(InputError, match="'shpo'") as caught:
        plan_reindex(path, MINILM, where=Where(collection="shpo"))
    assert plan_reindex(path, MINILM, where=COLLECTION, dim=128).step == "cut"
    del caught  # whose traceback would keep a client that is still open


# Not a Qdrant folder, which only one client may open at a time.
@pytest.mark.parametrize("kind", ["file", "folder", "lancedb"], indirect=True)
def test_a_store_that_changes_meanwhile_is_not_switched(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM))

    def change(done: int, total: int) -> None:
        if done == total:
            add_to(path)

    with pytest.raises(StoreError):
        reindex(path, MINILM, where=COLLECTION, dim=128, progress=change)


def add_to(path: Path) -> None:
    import lancedb

    if path.is_file():
        _write(path, pa.concat_tables([TABLE, TABLE]), fingerprint(MINILM))
    elif (path / "a.parquet").is_file():
        _write(path / "c.parquet", TABLE, fingerprint(MINILM))
    elif (path / "shop.lance").is_dir():
        lancedb.connect(path).open_table("shop").delete("id = 0")


def test_an_unstamped_store_is_embedded(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, None)
    found = plan_reindex(path, MINILM, where=COLLECTION)
    assert (found.step, found.stored) == ("embed", None)


@pytest.mark.parametrize(
    ("change", "made", "step"),
    [
        ({"revision": "0" * 40}, {}, "embed"),
        ({"document_prompt": "passage: "}, {}, "embed"),
        ({"query_prompt": "query: "}, {}, "stamp"),
        ({"query_prompt": "query: "}, {"dim": 128}, "cut"),
        ({"id": "another"}, {"dim": 128}, "embed"),
        ({"revision": None}, {}, "embed"),
        ({}, {"precision": "bf16"}, "embed"),
        ({}, {"runtime": "ollama"}, "embed"),
        ({}, {"quantization": "4bit"}, "embed"),
        ({}, {}, "nothing"),
    ],
)
def test_what_a_change_takes(change: Any, made: Any, step: str) -> None:
    stored = fingerprint(MINILM)
    assert plan(stored, dataclasses.replace(MINILM, **change), MadeWith(**made)).step == step


def test_what_was_cut_or_quantized_cannot_grow_again() -> None:
    for made in ({"dim": 128}, {"quantization": "int8"}):
        assert plan(fingerprint(MINILM, **made), MINILM, MadeWith()).step == "embed"


@pytest.mark.parametrize(
    "where", ["nothing", "empty", "http://127.0.0.1:1"], ids=["nothing", "empty", "nobody"]
)
def test_what_is_no_store(where: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    place = where if "://" in where else tmp_path / where
    with pytest.raises(RegistryError):
        plan_reindex(place, MINILM)


@pytest.mark.parametrize("store", [".", "empty/..", "/", ""])
def test_a_store_without_a_name_of_its_own(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    (tmp_path / "empty").mkdir()
    make_file(tmp_path, fingerprint(MINILM))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        reindex(store, MINILM, dim=128)
    golden(f"{caught.value}\n")
    assert {each.name for each in tmp_path.iterdir()} == {"empty", "shop.parquet"}


def test_the_folder_of_a_database_may_be_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = KINDS["lancedb"].make(tmp_path, fingerprint(MINILM))
    monkeypatch.chdir(path)
    assert reindex(".", MINILM, where=COLLECTION, dim=128).rows == ROWS
    monkeypatch.chdir(tmp_path)  # the others find it there
    assert plan_reindex(path, MINILM, where=COLLECTION, dim=128).step == "nothing"


@pytest.mark.parametrize("kind", [KINDS["file"], KINDS["lancedb"]])
def test_what_stops_a_run_does_so_before_a_model_is_loaded(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(OTHER))
    wrong = dataclasses.replace(COLLECTION, text="body")
    missing = tmp_path / "no-weights"
    with pytest.raises(InputError, match="body"):
        reindex(path, MINILM, where=wrong, local_path=missing)
    reindex(path, OTHER, where=COLLECTION, quantize_to="int8")
    with pytest.raises(StoreError, match="--remove-old"):
        reindex(path, MINILM, where=COLLECTION, local_path=missing)


def test_a_row_without_a_text_stops_the_run(tmp_path: Path) -> None:
    texts = [None, *TEXTS[1:]]
    path = tmp_path / "shop.parquet"
    _write(path, TABLE.set_column(1, "text", pa.array(texts)), fingerprint(OTHER))
    before = path.read_bytes()
    with pytest.raises(InputError, match="row 0"):
        reindex(path, MINILM, local_path=minilm_folder())
    with pytest.raises(InputError, match="body"):
        reindex(path, MINILM, where=Where(text="body"), local_path=minilm_folder())
    assert path.read_bytes() == before


@pytest.mark.heavy
def test_a_run_that_wrote_nothing_leaves_the_choice(
    kind: Kind, tmp_path: Path, embedded: Any
) -> None:
    path = kind.make(tmp_path, fingerprint(OTHER))
    wrong = dataclasses.replace(COLLECTION, text="body")
    with pytest.raises(InputError):
        reindex(path, ALL_MINILM_L6_V2, where=wrong, local_path=minilm_folder())
    reindex(path, ALL_MINILM_L6_V2, where=COLLECTION, local_path=minilm_folder())
    expect(ALL_MINILM_L6_V2, revision="?")
    all_there(kind.read(path), embedded, ALL_MINILM_L6_V2)


def test_vectors_that_are_not_what_their_fingerprint_says(kind: Kind, tmp_path: Path) -> None:
    path = kind.make(tmp_path, fingerprint(MINILM, dim=128))
    wide = dataclasses.replace(MINILM, matryoshka_dims=(384, 128, 64))
    with pytest.raises(InputError, match="384"):
        reindex(path, wide, where=COLLECTION, dim=64)


def test_the_command(tmp_path: Path, golden: Golden) -> None:
    path = make_file(tmp_path, fingerprint(ALL_MINILM_L6_V2))
    for options in (
        ["--to", "miniLM", "--dry-run"],
        ["--to", "bge-m3", "--dry-run"],
        ["--to", "qwen3-8b"],
        ["--to", "miniLM", "--dim", "100"],
        ["--to", "miniLM", "--quantization", "int9"],
        ["--to", "miniLM", "--vector", "text"],
        ["--to", "miniLM", "--quantization", "binary"],
        ["--to", "miniLM", "--quantization", "binary"],
        ["--remove-old"],
        ["--remove-old"],
        [],
    ):
        done = run("reindex", path.name, *options, cwd=tmp_path)
        golden(f"{done.status}\n{done.stdout}{done.stderr}")
    assert pq.ParquetFile(path).metadata.num_rows == ROWS


def test_the_command_in_json(tmp_path: Path) -> None:
    path = make_lance(tmp_path, fingerprint(ALL_MINILM_L6_V2))
    done = run("reindex", str(path), "--to", "miniLM", "--quantization", "int8", "--json")
    found = json.loads(done.stdout)
    assert (found["plan"]["step"], found["rows"]) == ("quantize", ROWS)
