"""Encode with the plain library, and with `load` on each engine, from exports of the same weights.

    python -m benchmarks.programs.engines export KIND FOLDER TARGET
    python -m benchmarks.programs.engines first KIND SIDES SIDE BEGAN
    python -m benchmarks.programs.engines in-turn KIND SIDES THREADS ROUNDS
    python -m benchmarks.programs.engines growth KIND SIDES THREADS ROUNDS

SIDES is JSON: a side's name -> [backend or "", precision or "", folder]. `export` makes and prints
the SIDES to load. `first` gives seconds and memory until the first vector of this process;
`in-turn` CPU seconds per round for all sides and text lengths, and their overlap with the first.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.passages import passages
from benchmarks.processes import peak_mebibytes
from benchmarks.programs.fastembed_files import prepare

_BATCH = 32
_QUERY = "which retriever reads German?"
_COUNTS = {"short": 64, "medium": 32, "long": 8}
_METHODS = {
    "colbert": "multi_vector_encoder",
    "dense": "dense_encoder",
    "sparse": "sparse_encoder",
    "cross-encoder": "reranker",
}

Sides = dict[str, tuple[str, str, str]]


def export(kind: str, folder: str, target: str) -> Sides:
    """Every side of a kind; for dense models also the cheaper precisions.

    Not compared with the weights here, which would take minutes: `in-turn` gives the overlap.
    """
    import registry.exporting._writing as untyped
    from registry.backends import get_backend
    from registry.backends.interface import LoadOptions
    from registry.backends.sentence_transformers import network_of

    writing: Any = untyped
    options = LoadOptions(local_path=Path(folder), device="cpu", dtype="float32")
    reference = getattr(get_backend("sentence-transformers"), _METHODS[kind])(_model(kind), options)
    wanted = [("openvino", "f32"), ("onnx", "f32")]
    if kind == "dense":
        wanted += [("openvino", "bf16"), ("onnx", "int8")]
    sides: Sides = {"sentence-transformers": ("", "", folder)}
    for engine, precision in wanted:
        output = Path(target) / f"{engine}-{precision}"
        output.mkdir(parents=True)
        writing.traced(
            _model(kind), engine, precision, output, network_of(reference), options
        ).write()
        sides[f"{engine} {precision}"] = engine, precision, str(output)
    if kind == "dense":
        sides["torch bf16"] = "sentence-transformers", "bf16", folder
    prepare(kind, Path(folder), Path(target))
    return sides


def first(kind: str, sides: Sides, side: str, began: float) -> dict[str, float]:
    """Measure until the vector of the first query."""
    _encoder(kind, sides[side], 1)([_QUERY], "query", _BATCH)
    return {
        "clock": time.monotonic() - began,
        "cpu": time.process_time(),
        "memory": peak_mebibytes(),
    }


def in_turn(kind: str, sides: Sides, threads: int, rounds: int) -> dict[str, Any]:
    """All sides in turn, in reverse order every other round; fastembed in a process of its own."""
    import numpy as np

    encoders = {name: _side(kind, side, threads) for name, side in sides.items()}
    texts = _texts(kind)
    taken: dict[str, dict[str, list[float]]] = {
        name: {length: [] for length in texts} for name in sides
    }
    for side in encoders.values():
        side.seconds(texts["medium"][:8], "document", _BATCH)  # a warm-up
    for number in range(rounds):
        for name in list(encoders) if number % 2 == 0 else reversed(list(encoders)):
            for length, each in texts.items():
                seconds = encoders[name].seconds(each, "document", _BATCH)
                taken[name][length].append(len(each) / seconds)
    overlap: dict[str, float] = {}
    if kind == "dense":
        queries, documents = texts["short"], passages(200)
        tops = {
            name: np.argsort(
                -(side.encode(queries, "query") @ side.encode(documents, "document").T)
            )[:, :10]
            for name, side in encoders.items()
        }
        base = next(iter(tops.values()))
        for name, found in tops.items():
            shared = [len(set(a) & set(b)) / 10 for a, b in zip(base, found, strict=True)]
            overlap[name] = float(np.mean(shared))
    return {"a CPU second": taken, "overlap": overlap}


def growth(kind: str, sides: Sides, threads: int, rounds: int) -> dict[str, Any]:
    """Words per CPU second by texts per batch, and by words per text."""
    encoders = {name: _side(kind, side, threads) for name, side in sides.items()}
    words = " ".join(passages(64)).split()
    jobs = {f"{size} texts": (50, size, size) for size in (1, 8, 32, 64)}
    jobs |= {f"{length} words": (length, 1_024 // length, _BATCH) for length in (8, 32, 128)}
    taken: dict[str, dict[str, list[float]]] = {
        name: {job: [] for job in jobs} for name in encoders
    }
    for number in range(rounds + 1):  # the first round is a warm-up
        for name in list(encoders) if number % 2 == 0 else reversed(list(encoders)):
            for job, (length, count, batch) in jobs.items():
                texts = [" ".join(words[at : at + length]) for at in range(count)]
                seconds = encoders[name].seconds(texts, "document", batch)
                if number:
                    taken[name][job].append(length * count / seconds)
    return {"words": taken}


class _Here:
    """A side in this process."""

    def __init__(self, encode: Any) -> None:
        self._encode = encode

    def encode(self, texts: list[str], role: str, batch: int = _BATCH) -> Any:
        return self._encode(texts, role, batch)

    def seconds(self, texts: list[str], role: str, batch: int) -> float:
        start = time.process_time()
        self._encode(texts, role, batch)
        return time.process_time() - start


class _There:
    """fastembed in a process of its own environment, which reports its time."""

    def __init__(self, kind: str, python: str, folder: str, threads: int) -> None:
        program = str(Path(__file__).with_name("fastembed_side.py"))
        self._child = subprocess.Popen(
            [python, program, "serve", kind, folder, str(threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def encode(self, texts: list[str], role: str) -> Any:
        import numpy as np

        return np.array(self._asked(texts, role, _BATCH, vectors=True)["vectors"], np.float32)

    def seconds(self, texts: list[str], role: str, batch: int) -> float:
        return float(self._asked(texts, role, batch, vectors=False)["cpu"])

    def _asked(self, texts: list[str], role: str, batch: int, *, vectors: bool) -> Any:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        job = {"texts": texts, "role": role, "batch": batch, "vectors": vectors}
        self._child.stdin.write(json.dumps(job) + "\n")
        self._child.stdin.flush()
        return json.loads(self._child.stdout.readline())


def _side(kind: str, side: tuple[str, str, str], threads: int) -> Any:
    """Create a side; for fastembed, its Python takes the place of the precision."""
    backend, precision, folder = side
    if backend == "fastembed":
        return _There(kind, precision, folder, threads)
    return _Here(_encoder(kind, side, threads))


def _texts(kind: str) -> dict[str, list[str]]:
    every = passages(512)
    fewer = 4 if kind == "sparse" else 1  # the sparse model is five times as large
    return {
        "short": [" ".join(text.split()[:8]) for text in every[: _COUNTS["short"] // fewer]],
        "medium": every[: _COUNTS["medium"] // fewer],
        "long": [" ".join(every[8 * i : 8 * i + 8]) for i in range(_COUNTS["long"] // fewer)],
    }


def _encoder(kind: str, side: tuple[str, str, str], threads: int) -> Any:
    """The function that encodes texts of a role; without a backend, that of the plain library."""
    backend, precision, folder = side
    if not backend:
        return _bare(kind, folder, threads)
    import registry

    load: Any = registry.load  # the overload depends on run time values
    arguments: dict[str, Any] = {"backend": backend, "local_path": folder, "threads": threads}
    if backend == "sentence-transformers":
        arguments |= {"device": "cpu", "dtype": "bfloat16" if precision else "float32"}
    else:
        arguments |= {"precision": precision, "min_overlap": 0.0}
    loaded = load(_model(kind), **arguments)
    if kind == "cross-encoder":
        return lambda texts, _, batch: loaded.scores(_QUERY, texts, batch_size=batch)
    methods = {"query": loaded.encode_queries, "document": loaded.encode_documents}
    return lambda texts, role, batch: methods[role](texts, batch_size=batch)


def _bare(kind: str, folder: str, threads: int) -> Any:
    import sentence_transformers as st
    import torch

    torch.set_num_threads(threads)
    if kind == "cross-encoder":
        network: Any = st.CrossEncoder(folder, device="cpu")
        return lambda texts, _, batch: network.predict(
            [(_QUERY, text) for text in texts], batch_size=batch
        )
    classes: dict[str, Any] = {
        "dense": st.SentenceTransformer,
        "sparse": st.SparseEncoder,
        "colbert": st.MultiVectorEncoder,
    }
    encoder = classes[kind](folder, device="cpu")
    methods = {"query": encoder.encode_query, "document": encoder.encode_document}
    return lambda texts, role, batch: methods[role](texts, batch_size=batch)


def _model(kind: str) -> Any:
    import registry

    names = {
        "dense": "ALL_MINILM_L6_V2",
        "sparse": "SPLADE_V3",
        "colbert": "COLBERT_V2",
        "cross-encoder": "MS_MARCO_MINILM_L6_V2",
    }
    return getattr(registry, names[kind])


if __name__ == "__main__":
    mode, kind, *rest = sys.argv[1:]
    if mode == "export":
        result: object = export(kind, *rest)
    elif mode == "first":
        result = first(kind, json.loads(rest[0]), rest[1], float(rest[2]))
    else:
        work = growth if mode == "growth" else in_turn
        result = work(kind, json.loads(rest[0]), int(rest[1]), int(rest[2]))
    print(json.dumps(result))
