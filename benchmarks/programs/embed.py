"""Embed a corpus: with `embed_corpus`, with a bare loop, on Ray.

    python -m benchmarks.programs.embed in-turn FOLDER ROWS ROUNDS
    python -m benchmarks.programs.embed corpus FOLDER ROWS
    python -m benchmarks.programs.embed memory EXPORT CORPUS
    python -m benchmarks.programs.embed resume FOLDER ROWS
    python -m benchmarks.programs.embed ray FOLDER ROWS WORKERS

`in-turn` gives CPU seconds per round of `embed_corpus` and of a simple loop (`encode` and
pyarrow), with the real MiniLM. `memory` gives the peak in MiB and the rows per second for a model
with two narrow layers, on ONNX Runtime; `corpus` makes its input, in a process of its own, whose
peak does not count. `resume` gives the seconds from the start to the first new row of a run that
continues halfway. `ray` gives the seconds of a run with that many workers.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as arrow_parquet

from benchmarks.passages import passages
from benchmarks.processes import peak_mebibytes

pa: Any = arrow  # untyped
pq: Any = arrow_parquet

_WRITTEN = 8_192  # rows of a corpus made at a time


def corpus(folder: Path, rows: int) -> Path:
    """Passages and ids in Parquet, made a few thousand at a time."""
    texts = passages(min(rows, _WRITTEN))
    path = folder / f"corpus-{rows}.parquet"
    schema = pa.schema([("id", pa.string()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, rows, _WRITTEN):
            count = min(_WRITTEN, rows - start)
            ids = [f"p{number}" for number in range(start, start + count)]
            writer.write_table(pa.table({"id": ids, "text": texts[:count]}, schema=schema))
    return path


def ours(weights: str, source: Path, output: Path, **more: Any) -> None:
    """With the function."""
    from registry import ALL_MINILM_L6_V2
    from registry.corpora.embedding import embed_corpus

    embed_corpus(
        source, ALL_MINILM_L6_V2, text_column="text", id_column="id", output=output,
        local_path=weights, device="cpu", **more,
    )  # fmt: skip


def bare(weights: str, source: Path, output: Path) -> None:
    """As a user would write it: read, encode, write."""
    from sentence_transformers import SentenceTransformer

    network: Any = SentenceTransformer(weights, device="cpu")
    field = pa.list_(pa.float32(), 384)
    schema = pa.schema([("id", pa.string()), ("vector", field)])
    with pq.ParquetFile(source) as corpus, pq.ParquetWriter(output, schema) as writer:
        for batch in corpus.iter_batches(1_024):
            vectors = network.encode(batch.column("text").to_pylist(), batch_size=32)
            flat = pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), 384)
            writer.write_table(pa.table([batch.column("id"), flat], schema=schema))


def in_turn(weights: str, rows: int, rounds: int) -> dict[str, list[float]]:
    """The CPU seconds of both sides, each including loading the model."""
    found: dict[str, list[float]] = {"ours": [], "bare": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, few = corpus(folder, rows), corpus(folder, 32)
        ours(weights, few, folder / "warm")
        bare(weights, few, folder / "warm.parquet")
        for number in range(rounds):
            sides: list[tuple[str, Any]] = [("ours", ours), ("bare", bare)]
            for side, work in sides if number % 2 == 0 else reversed(sides):
                began = time.process_time()
                work(weights, source, folder / f"{side}-{number}")
                found[side].append(time.process_time() - began)
    return found


def memory(export: str, source: str) -> dict[str, float]:
    """The peak memory of a process that embeds these rows with a tiny model."""
    import dataclasses

    from registry import ALL_MINILM_L6_V2
    from registry.corpora.embedding import embed_corpus

    model = dataclasses.replace(
        ALL_MINILM_L6_V2, id="tiny", huggingface_id="org/tiny", embedding_dim=32, revision=None
    )
    with tempfile.TemporaryDirectory() as name:
        began = time.perf_counter()
        embed_corpus(
            source, model, text_column="text", id_column="id", output=Path(name) / "out",
            backend="onnx", local_path=export, threads=1,
        )  # fmt: skip
        seconds = time.perf_counter() - began
    return {"peak": peak_mebibytes(), "rate": pq.read_metadata(source).num_rows / seconds}


def resume(weights: str, rows: int) -> dict[str, float]:
    """Seconds until a half-finished run writes its next row."""
    size = 64
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, output = corpus(folder, rows), folder / "out"
        ours(weights, source, output, rows_per_part=size)
        manifest = output / "_embed.json"
        data = json.loads(manifest.read_text("utf-8"))
        data["manifest"].update(complete=False, embedded=0, cut=None)
        manifest.write_text(json.dumps(data), "utf-8")
        parts = sorted(output.glob("part-*"))
        parts[-1].unlink()
        began = time.perf_counter()
        ours(weights, source, output, rows_per_part=size)
        return {"seconds": time.perf_counter() - began}


def on_ray(weights: str, rows: int, workers: int) -> dict[str, float]:
    """Rows per second between the first and last file, excluding Ray's start and model loading."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours(
            weights, corpus(folder, rows), folder / "out", engine="ray", workers=workers,
            address="local", rows_per_part=64,
        )  # fmt: skip
        files = sorted(
            (path.stat().st_mtime, pq.read_metadata(path).num_rows)
            for path in (folder / "out").glob("*.parquet")
        )
    (first, _), *_, (last, _) = files
    return {"rate": sum(count for _, count in files[1:]) / (last - first)}


def main(what: str, folder: str, rows: str, *more: str) -> None:
    """Run one of them and print the result as JSON."""
    found: object
    if what == "in-turn":
        found = in_turn(folder, int(rows), int(more[0]))
    elif what == "corpus":
        found = {"path": str(corpus(Path(folder), int(rows)))}
    elif what == "memory":
        found = memory(folder, rows)
    elif what == "resume":
        found = resume(folder, int(rows))
    else:
        found = on_ray(folder, int(rows), int(more[0]))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
