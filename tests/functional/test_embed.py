"""`registry embed` and `embed_corpus` from outside: real files, real models, kills."""

from __future__ import annotations

import dataclasses
import gzip
import json
import os
import random
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as arrow_parquet
import pytest
from checkpoints import (
    MINILM,
    TINY_COLBERT,
    TINY_SPLADE,
    build_colbert,
    minilm_folder,
    splade_folder,
)
from command_line import run, succeed

from embed_kills import KINDS, Trial, kill_local
from goldens import Golden
from registry import fingerprint, load
from registry.corpora.embedding import EmbedReport, embed_corpus
from registry.encoders.patience import LONGEST_WAIT, TRIES
from registry.errors import (
    BackendError,
    CorpusError,
    FingerprintMismatchError,
    LoadError,
    UnsupportedError,
)
from registry.exports.export import read_export
from registry.files.lock_file import LOCK_NAME, VARIABLE, Lock, LockedFile, LockedModel
from registry.fingerprints.fingerprint_text import Fingerprint
from registry.integrations.stores import check
from servers.embedding import EmbeddingServer

pytestmark = pytest.mark.heavy

pa: Any = arrow  # untyped
pq: Any = arrow_parquet

ROWS: list[dict[str, object]] = [
    {"id": f"p{n}", "text": f"passage {n} " + "word " * (n % 7), "year": 1990 + n}
    for n in range(40)
]


@pytest.fixture(scope="session")
def trial(once: Callable[[str, Callable[[Path], object]], Path]) -> Trial:
    """A small model, its catalogue and a corpus of 600 rows."""
    folder = once("embed", lambda folder: Trial.make(folder, 600))
    return Trial(folder, 600, folder)


@pytest.fixture
def tiny(trial: Trial) -> Callable[..., EmbedReport]:
    """Embed with the small model."""
    model = dataclasses.replace(
        MINILM, id="tiny", huggingface_id="org/tiny", embedding_dim=32, revision=None
    )

    def embed(corpus: object, output: Path, **more: Any) -> EmbedReport:
        settings = {"text_column": "text", "id_column": "id", "backend": "onnx"}
        arguments: dict[str, Any] = settings | {"local_path": trial.folder / "export"} | more
        chosen: Any = corpus
        return embed_corpus(chosen, arguments.pop("model", model), output=output, **arguments)

    return embed


def parquet(path: Path, rows: list[dict[str, Any]] = ROWS, **more: int) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path, **more)
    return path


def lines(path: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def commas(path: Path) -> Path:
    rows = "".join(f"{row['id']},{row['text']},{row['year']}\n" for row in ROWS)
    path.write_text(f"id,text,year\n{rows}")
    return path


def test_every_kind_gives_what_its_encoder_gives(tmp_path: Path) -> None:
    """The real MiniLM, a trained SPLADE and a constructed ColBERT, to the last digits."""
    corpus = parquet(tmp_path / "corpus.parquet")
    texts = [str(row["text"]) for row in ROWS]
    kinds: list[tuple[Any, Path]] = [
        (MINILM, minilm_folder()),
        (TINY_SPLADE, splade_folder()),
        (TINY_COLBERT, build_colbert(tmp_path / "colbert")),
    ]
    for model, weights in kinds:
        output = tmp_path / model.id
        report = embed_corpus(
            corpus, model, text_column="text", id_column="id", output=output, keep=["year"],
            rows_per_part=16, local_path=weights, device="cpu",
        )  # fmt: skip
        table = pq.read_table(output)
        with load(model, local_path=weights, device="cpu") as encoder:
            wanted: Any = encoder.encode_documents(texts)
            for path in output.glob("*.parquet"):
                with pq.ParquetFile(path) as part:
                    check(part, encoder)
        assert (report.rows, report.embedded, report.skipped) == (40, 40, {})
        assert table.column("corpus_row").to_pylist() == list(range(40))
        assert table.column("id").to_pylist() == [row["id"] for row in ROWS]
        assert table.column("year").to_pylist() == [row["year"] for row in ROWS]
        if model.kind == "sparse":
            for name, values in (("indices", wanted.indices), ("values", wanted.data)):
                found = table.column(name).combine_chunks().flatten().to_numpy()
                np.testing.assert_allclose(found, values, atol=1e-4)
        else:
            found = [np.array(each, np.float32) for each in table.column("vector").to_pylist()]
            for mine, theirs in zip(found, wanted, strict=True):
                np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_formats_folders_and_globs_give_the_same(
    tiny: Callable[..., EmbedReport], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    (folder / "README.md").write_text("no corpus")
    (folder / "_notes.jsonl").write_text("no corpus either")
    parquet(folder / "deep" / "a.parquet", row_group_size=7)
    upper = tmp_path / "A.CSV.GZ"
    upper.write_bytes(gzip.compress(commas(tmp_path / "a.csv").read_bytes()))
    corpora: list[object] = [
        parquet(tmp_path / "a.parquet"),
        lines(tmp_path / "a.jsonl"),
        lines(tmp_path / "a.jsonl.gz"),
        lines(tmp_path / "b.jsonl.gz").rename(tmp_path / "B.JSONL.GZ"),
        upper,
        commas(tmp_path / "a.csv"),
        folder,
        str(tmp_path / "fol*" / "**" / "*.parquet"),
        [str(folder), folder / "deep" / "a.parquet"],
    ]
    found = []
    for number, corpus in enumerate(corpora):
        output = tmp_path / f"out-{number}"
        tiny(corpus, output, rows_per_part=16)
        table = pq.read_table(output, columns=["corpus_row", "id", "vector"])
        found.append(table.replace_schema_metadata().to_pylist())
    assert len(found[0]) == len(ROWS)
    assert all(each == found[0] for each in found)


def test_bad_rows_are_counted_or_stop_the_run(
    tiny: Callable[..., EmbedReport], tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [dict(row) for row in ROWS]
    rows[1]["text"], rows[2]["text"], rows[3]["text"] = None, " \n", 7
    rows[4]["text"], rows[5]["id"], rows[6]["id"] = "\ud800", None, "p7"
    del rows[8]["text"]
    rows[9]["text"] = "long " * 600
    corpus = lines(tmp_path / "corpus.jsonl", rows)
    report = tiny(corpus, tmp_path / "out")
    assert report.skipped == {"no id": 1, "null": 2, "not text": 2, "empty": 1}
    assert (report.rows, report.embedded) == (40, 34)
    assert (report.cut, report.doubled, report.doubles) == (1, 1, ("'p7'",))
    table = pq.read_table(tmp_path / "out")
    assert set(range(40)) - set(table.column("corpus_row").to_pylist()) == {1, 2, 3, 4, 5, 8}
    cut = table.filter(table.column("cut")).column("corpus_row").to_pylist()
    assert cut == [9]
    # Rows that are left out share no id with anything in the output.
    unnamed = tmp_path / "unnamed.csv"
    unnamed.write_text("id,text\n,one\n,two\na,\na,three\nb,four\nb,five\n")
    report = tiny(unnamed, tmp_path / "unnamed")
    assert (report.skipped, report.embedded) == ({"no id": 2, "empty": 1}, 3)
    assert (report.doubled, report.doubles) == (1, ("'b'",))
    with pytest.raises(CorpusError) as caught:
        tiny(corpus, tmp_path / "stopped", on_error="stop")
    assert "row 2: null" in str(caught.value)
    assert not (tmp_path / "stopped").exists()
    long = lines(tmp_path / "long.jsonl", [ROWS[0], {**ROWS[1], "text": "long " * 600}])
    with pytest.raises(CorpusError, match="row 2 "):
        tiny(long, tmp_path / "long", on_error="stop")


def test_odd_files(tiny: Callable[..., EmbedReport], tmp_path: Path) -> None:
    """Empty files, columns of different types, bytes that are not text: reported or counted."""
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "empty.csv").touch()
    parquet(tmp_path / "none.parquet", ROWS[:1])
    pq.write_table(pq.read_table(tmp_path / "none.parquet").slice(0, 0), tmp_path / "none.parquet")
    (tmp_path / "broken.jsonl").write_text('{"id": "1", "text": "one"}\n{"id": \n')
    (tmp_path / "list.jsonl").write_text('{"id": "1", "text": "one"}\n[1]\n')
    (tmp_path / "deep.jsonl").write_text(f'{{"id": "1", "text": "one"}}\n{"[" * 100_000}\n')
    damaged = bytearray(lines(tmp_path / "damaged.jsonl.gz").read_bytes())
    damaged[10] = 0x07  # a block of a type that does not exist
    (tmp_path / "damaged.jsonl.gz").write_bytes(damaged)
    (tmp_path / "latin.csv").write_bytes(b"id,text\n1,caf\xe9\n")
    (tmp_path / "header.csv").write_bytes(b"id,text,caf\xe9\n1,one,two\n")
    (tmp_path / "quote.csv").write_bytes(b'\xef\xbb\xbfid,text\n1,one\n2,"two\n3,"three"\n')
    (tmp_path / "twice.csv").write_text("id,text,text\n1,one,two\n")
    twice = pa.Table.from_arrays([pa.array(["1"])] * 3, names=["id", "id", "text"])
    pq.write_table(twice, tmp_path / "twice.parquet")
    (tmp_path / "ragged.csv").write_text("id,text\n1,one\n2,two,three\n")
    lines(tmp_path / "mixed.jsonl", [{"id": 1, "text": "one"}, {"id": "b", "text": "two"}])
    for name, place in {
        "empty.jsonl": "empty.jsonl: ",
        "empty.csv": "empty.csv: ",
        "none.parquet": "none.parquet: ",
        "broken.jsonl": "broken.jsonl:2: ",
        "list.jsonl": "list.jsonl:2: ",
        "deep.jsonl": "deep.jsonl:2: ",
        "damaged.jsonl.gz": "damaged.jsonl.gz: ",
        "latin.csv": "latin.csv: ",
        "header.csv": "header.csv: ",
        "quote.csv": "quote.csv:3: ",
        "twice.csv": "2 columns 'text'",
        "twice.parquet": "2 columns 'id'",
        "ragged.csv": "ragged.csv: ",
        "mixed.jsonl": "mixed.jsonl:1: ",
    }.items():
        with pytest.raises(CorpusError) as caught:
            tiny(tmp_path / name, tmp_path / "out")
        assert place in str(caught.value)
        assert not (tmp_path / "out").exists()
    lines(tmp_path / "ours.jsonl", [{"id": "1", "text": "one", "__text": "two"}])
    with pytest.raises(CorpusError, match="'__text'"):
        tiny(tmp_path / "ours.jsonl", tmp_path / "out", keep=["__text"])
    texts = pa.array([b"one", b"\xff\xfe", None], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"id": [1, 2, 3], "text": texts}), tmp_path / "bytes.parquet")
    report = tiny(tmp_path / "bytes.parquet", tmp_path / "bytes")
    assert (report.embedded, report.skipped) == (1, {"null": 1, "not text": 1})
    numbers = pa.table({"id": [1, 2], "text": [1.5, None]})
    pq.write_table(numbers, tmp_path / "numbers.parquet")
    report = tiny(tmp_path / "numbers.parquet", tmp_path / "numbers")
    assert (report.embedded, report.skipped) == (0, {"null": 1, "not text": 1})


def test_only_ids_of_the_output_count_as_duplicates(
    tiny: Callable[..., EmbedReport], tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "", "text": "one"},
        {"id": "", "text": "two"},
        {"id": "a", "text": ""},
        {"id": "a", "text": "three"},
        {"id": "b", "text": "four"},
        {"id": "b", "text": "five"},
    ]
    report = tiny(lines(tmp_path / "corpus.jsonl", rows), tmp_path / "out")
    assert (report.embedded, report.doubled, report.doubles) == (3, 1, ("'b'",))


def test_another_run_is_refused_by_name(tiny: Callable[..., EmbedReport], tmp_path: Path) -> None:
    corpus, output = lines(tmp_path / "corpus.jsonl"), tmp_path / "out"
    base = dataclasses.replace(
        MINILM, id="tiny", huggingface_id="org/tiny", embedding_dim=32, revision=None
    )
    tiny(corpus, output, model=base, rows_per_part=8)
    assert tiny(corpus, output, model=base, rows_per_part=8).up_to_date
    others: dict[str, dict[str, Any]] = {
        "model": {"model": dataclasses.replace(base, id="other")},
        "document prompt": {"model": dataclasses.replace(base, document_prompt="passage: ")},
        "query prompt": {"model": dataclasses.replace(base, query_prompt="query: ")},
        "precision": {"precision": "int8"},
        "columns kept": {"keep": ["year"]},
        "rows per part": {"rows_per_part": 16},
        "column of the ids": {"id_column": "year"},
    }
    for word, more in others.items():
        with pytest.raises(CorpusError) as caught:
            tiny(corpus, output, **{"model": base, "rows_per_part": 8} | more)
        assert f"{output}: {word}" in str(caught.value), word
    lines(corpus, [*ROWS[:-1], {**ROWS[-1], "text": "changed"}])
    with pytest.raises(CorpusError, match=r"corpus: changed: corpus\.jsonl"):
        tiny(corpus, output, model=base, rows_per_part=8)


def test_the_output_may_be_the_current_folder(
    tiny: Callable[..., EmbedReport], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = lines(tmp_path / "corpus.jsonl")
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    assert tiny(corpus, Path()).embedded == len(ROWS)
    assert tiny(corpus, tmp_path / "out").up_to_date
    assert {each.name for each in tmp_path.iterdir()} == {"corpus.jsonl", "out"}


@pytest.mark.parametrize("name", ["out", "out.lance"])
def test_a_run_that_failed_before_its_first_row_is_no_other_run(
    tiny: Callable[..., EmbedReport], tmp_path: Path, name: str
) -> None:
    corpus, output = lines(tmp_path / "corpus.jsonl"), tmp_path / name
    with pytest.raises(LoadError, match="CPU only"):
        tiny(corpus, output, device="gpu", keep=["year"])
    assert tiny(corpus, output).embedded == len(ROWS)


def test_the_lock_is_recorded_only_if_its_commit_made_the_vectors(
    tiny: Callable[..., EmbedReport],
    trial: Trial,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit, digest = 40 * "b", 64 * "0"
    model = dataclasses.replace(
        MINILM, id="tiny", huggingface_id="org/tiny", embedding_dim=32, revision=commit
    )
    locked = LockedModel("org/tiny", commit, {"config.json": LockedFile(2, digest)})
    (tmp_path / LOCK_NAME).write_text(Lock({"tiny": locked}).text())
    monkeypatch.setenv(VARIABLE, str(tmp_path / LOCK_NAME))
    corpus, known = lines(tmp_path / "corpus.jsonl"), tmp_path / "known"
    shutil.copytree(trial.folder / "export", known)
    export = read_export(known)
    assert export is not None
    dataclasses.replace(export, revision=commit).write()

    def embedded(name: str, **more: object) -> tuple[str | None, object]:
        report = tiny(corpus, tmp_path / name, model=model, **more)
        metadata = pq.read_schema(tmp_path / name / "part-000000.parquet").metadata
        files = json.loads(metadata.get(b"tessera-registry.lock", b"null"))
        return Fingerprint.parse(report.fingerprint).revision, files

    assert embedded("pinned", local_path=known) == (commit[:12], {"config.json": digest})
    with pytest.raises(CorpusError, match="revision of tiny"):
        tiny(corpus, tmp_path / "pinned", model=model, local_path=known, revision=40 * "c")
    assert embedded("unknown") == (None, None)  # an export of weights whose commit is unknown


def test_other_files_in_the_local_path_are_another_run(
    tiny: Callable[..., EmbedReport], trial: Trial, tmp_path: Path
) -> None:
    """Their commit is unknown, so that the fingerprint does not tell them apart."""
    corpus, output = lines(tmp_path / "corpus.jsonl"), tmp_path / "out"
    export = Path(shutil.copytree(trial.folder / "export", tmp_path / "export"))

    def stop(doing: str, done: int, total: int) -> None:
        if doing == "embedding" and done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tiny(corpus, output, local_path=export, rows_per_part=8, seen=stop)
    graph = (export / "graph-0.onnx").read_bytes()
    (export / "graph-0.onnx").write_bytes(graph + b"\n")
    with pytest.raises(CorpusError, match=r"changed: graph-0\.onnx"):
        tiny(corpus, output, local_path=export, rows_per_part=8)
    (export / "graph-0.onnx").write_bytes(graph)
    moved = export.rename(tmp_path / "moved")
    assert tiny(corpus, output, local_path=moved, rows_per_part=8).embedded == len(ROWS)


def test_files_of_one_name_are_told_apart(tiny: Callable[..., EmbedReport], tmp_path: Path) -> None:
    for half, rows in (("a", ROWS[:9]), ("b", ROWS[9:])):
        (tmp_path / half).mkdir()
        lines(tmp_path / half / "part-0.jsonl", rows)
    corpus, output = [tmp_path / "a", tmp_path / "b"], tmp_path / "out"
    tiny(corpus, output)
    assert tiny(corpus, output).up_to_date
    lines(tmp_path / "a" / "part-0.jsonl", [{**ROWS[0], "text": "changed"}, *ROWS[1:9]])
    with pytest.raises(CorpusError, match=r"corpus: changed: a/part-0\.jsonl"):
        tiny(corpus, output)


def test_lancedb_has_the_same_and_goes_on(tiny: Callable[..., EmbedReport], tmp_path: Path) -> None:
    import lancedb

    corpus, table = lines(tmp_path / "corpus.jsonl"), tmp_path / "db" / "passages.lance"
    report = tiny(corpus, table, rows_per_part=16)
    tiny(corpus, tmp_path / "out", rows_per_part=16)
    opened: Any = lancedb.connect(tmp_path / "db").open_table("passages")
    wanted = pq.read_table(tmp_path / "out").replace_schema_metadata()
    assert opened.to_arrow().sort_by("corpus_row").to_pylist() == wanted.to_pylist()
    assert sorted(path.name for path in (tmp_path / "db").iterdir()) == ["passages.lance"]
    model = dataclasses.replace(
        MINILM, id="tiny", huggingface_id="org/tiny", embedding_dim=32, revision=None
    )
    assert report.fingerprint == fingerprint(model)
    with pytest.raises(FingerprintMismatchError):
        check(opened, MINILM, vector="vector")
    assert tiny(corpus, table, rows_per_part=16).up_to_date
    with pytest.raises(CorpusError, match="column of the ids"):
        tiny(corpus, table, rows_per_part=16, id_column="year")
    foreign = lancedb.connect(tmp_path / "db")
    foreign.create_table("foreign", data=[{"a": 1}])
    with pytest.raises(CorpusError, match=r"foreign\.lance: already exists"):
        tiny(corpus, tmp_path / "db" / "foreign.lance")


def test_rerankers_give_no_vectors(tmp_path: Path) -> None:
    from registry import MS_MARCO_MINILM_L6_V2

    model: Any = MS_MARCO_MINILM_L6_V2
    with pytest.raises(UnsupportedError):
        embed_corpus(
            lines(tmp_path / "a.jsonl"), model, text_column="text", id_column="id", output=tmp_path
        )


def test_the_command_says_everything_at_once(trial: Trial, tmp_path: Path, golden: Golden) -> None:
    parquet(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 but no more")
    lines(tmp_path / "c.jsonl", [{"ID": "1", "text": "one"}])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    catalogue = ("--catalogue", trial.folder / "models.json")
    result = run(
        *("embed", "a.parquet", "b.parquet", "c.jsonl", "none.csv", "no*.csv", "--model", "tny"),
        *("--text", "txt", "--id", "id", "-o", "out", *catalogue),
        cwd=tmp_path,
    )
    assert (result.status, result.stdout) == (1, "")
    golden(result.stderr, TRIAL=str(trial.folder))


def test_the_command_reports(trial: Trial, tmp_path: Path, golden: Golden) -> None:
    more = trial.command(tmp_path / "out")[3:]
    result = run(*more, cwd=trial.folder)
    assert result.status == 0, result.output
    golden(result.output)
    said = json.loads(succeed(*more[:-2], "--json", cwd=trial.folder))
    assert (said["rows"], said["embedded"], said["up_to_date"]) == (600, 598, True)


def test_a_full_disk_is_reported_and_leaves_nothing(trial: Trial, tmp_path: Path) -> None:
    output = tmp_path / "out"
    line = shlex.join(trial.command(output, "--rows-per-part", "64"))
    shell = ["bash", "-c", f"ulimit -f 8; exec {line}"]  # of 1,024 bytes: less than a part
    environment = os.environ | {"HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        shell, cwd=trial.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{output / 'part-000000.parquet'}: " in done.stderr
    assert [path.name for path in output.iterdir()] == ["_embed.json"]
    trial.end(output, "--rows-per-part", "64")


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.exhaustive)])
def test_kills_lose_and_double_nothing(trial: Trial, tmp_path: Path, kills: int) -> None:
    """`python -m tests.embed_kills local 50` kills more often."""
    outcome = kill_local(dataclasses.replace(trial, work=tmp_path), kills, random.Random(16))
    assert (outcome.kills, outcome.right) == (kills, True), outcome


@pytest.mark.exhaustive
@pytest.mark.parametrize("whom", ["driver", "node"])
def test_kills_on_ray_lose_and_double_nothing(trial: Trial, tmp_path: Path, whom: str) -> None:
    """`python -m tests.embed_kills driver 20` and `node 20` kill more often."""
    outcome = KINDS[whom](dataclasses.replace(trial, work=tmp_path), 2, random.Random(16))
    assert (outcome.kills, outcome.right) == (2, True), outcome


def test_a_server_that_calls_the_model_otherwise(tmp_path: Path) -> None:
    corpus = parquet(tmp_path / "corpus.parquet")
    words = ["embed", corpus.name, "--model", "all-minilm-l6-v2", "--text", "text", "--id", "id"]
    with EmbeddingServer("llama.cpp", name="/models/minilm.gguf") as server:
        words += ["-o", "out", "--backend", "openai", "--base-url", server.url]
        assert "--server-model" in run(*words, cwd=tmp_path).stderr
        succeed(*words, "--server-model", "/models/minilm.gguf", cwd=tmp_path)
    assert pq.read_table(tmp_path / "out").num_rows == len(ROWS)


def served(
    corpus: Path, output: Path, server: EmbeddingServer, seen: Any = None, **more: Any
) -> EmbedReport:
    return embed_corpus(
        corpus, MINILM, text_column="text", id_column="id", output=output, rows_per_part=8,
        backend="openai", base_url=server.url, seen=seen, **more,
    )  # fmt: skip


def during(server: EmbeddingServer, *faults: dict[str, Any]) -> Callable[[str, int, int], None]:
    """Progress that lets a server fail once a part is written."""

    def seen(doing: str, done: int, total: int) -> None:
        if doing == "embedding" and 8 <= done < 16 and not server.faults:
            for fault in faults:
                server.fails(path="/embeddings", **fault)

    return seen


BUSY: dict[str, Any] = {"kind": "status", "status": 429, "message": "slow down", "retry_after": 0}


def test_a_run_waits_for_a_busy_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("registry.encoders.patience._PAUSE", 0.01)
    corpus = parquet(tmp_path / "corpus.parquet")
    faults: list[dict[str, Any]] = [
        BUSY, {"kind": "status", "status": 503}, {"kind": "reset"}, {"kind": "cut"},
    ]  # fmt: skip
    with EmbeddingServer("infinity") as server:
        served(corpus, tmp_path / "undisturbed", server)
        report = served(corpus, tmp_path / "out", server, during(server, *faults))
        assert (report.embedded, server.faults) == (len(ROWS), [])
    assert len([each for each in caplog.records if "registry" in each.name]) == len(faults)
    assert pq.read_table(tmp_path / "out").equals(pq.read_table(tmp_path / "undisturbed"))


@pytest.mark.parametrize(
    "faults",
    [
        [BUSY] * TRIES,
        [{**BUSY, "retry_after": LONGEST_WAIT + 1}],
        [{"kind": "status", "status": 401}],
        [{"kind": "status", "status": 302}],
    ],
    ids=["always", "too long", "no key", "a redirect to nowhere"],
)
def test_a_run_does_not_wait_forever(faults: list[dict[str, Any]], tmp_path: Path) -> None:
    """It ends with what the server said, and goes on when it is run again."""
    corpus, output = parquet(tmp_path / "corpus.parquet"), tmp_path / "out"
    with EmbeddingServer("infinity") as server:
        with pytest.raises(BackendError) as caught:
            served(corpus, output, server, during(server, *faults))
        assert server.faults == []
        assert caught.value.retry_after == faults[0].get("retry_after")
        assert len(list(output.glob("part-*"))) == 1
        assert served(corpus, output, server).embedded == len(ROWS)


def test_another_model_of_the_server_is_another_run(tmp_path: Path) -> None:
    corpus, output = parquet(tmp_path / "corpus.parquet"), tmp_path / "out"
    with EmbeddingServer("infinity", name="f32", also={"q4": "dense"}) as server:

        def stop(doing: str, done: int, total: int) -> None:
            if doing == "embedding" and done > 8:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            served(corpus, output, server, stop, server_model="f32")
        with pytest.raises(CorpusError, match=r"begun with f32.*, now q4"):
            served(corpus, output, server, server_model="q4")
    with EmbeddingServer("infinity", name="f32") as moved:
        assert served(corpus, output, moved, server_model="f32").embedded == len(ROWS)
