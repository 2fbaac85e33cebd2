"""Encode passages with `load` and with the bare library.

    python -m benchmarks.programs.encode first KIND FOLDER SIDE PASSAGES BEGAN
    python -m benchmarks.programs.encode in-turn KIND FOLDER SIDE PASSAGES ROUNDS

`first` loads one side and gives the seconds from the start of the process to its first result,
on the clock (BEGAN: `time.monotonic()` of the parent at the start) and of the CPU, and the peak
of memory after that result and after all passages, in MiB. `in-turn` loads both sides, SIDE
first, and gives CPU seconds a round: of all passages, and of a single query.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.passages import passages
from benchmarks.processes import peak_mebibytes
from benchmarks.programs import SIDES

BATCH_SIZE = 8
_QUERY = "which retriever reads German?"
# Of a single query in one measurement, which would be too short alone.
_REPEATS = 10

Encode = Callable[[list[str]], Any]


@dataclass(frozen=True)
class Encoder:
    """One side: what gives documents, and what gives queries."""

    documents: Encode
    queries: Encode


def ours(kind: str, folder: str) -> Encoder:
    """Through `load`, as a user has it."""
    import registry

    if kind == "cross-encoder":
        reranker = registry.load(registry.MS_MARCO_MINILM_L6_V2, local_path=folder, device="cpu")
        return _scoring(lambda texts: reranker.scores(_QUERY, texts, batch_size=BATCH_SIZE))
    models: dict[str, Any] = {
        "dense": registry.ALL_MINILM_L6_V2,
        "sparse": registry.SPLADE_V3,
        "colbert": registry.COLBERT_V2,
    }
    load: Any = registry.load  # which of its overloads is known when it runs
    encoder = load(models[kind], local_path=folder, device="cpu")
    return Encoder(
        lambda texts: encoder.encode_documents(texts, batch_size=BATCH_SIZE),
        lambda texts: encoder.encode_queries(texts, batch_size=BATCH_SIZE),
    )


def bare(kind: str, folder: str) -> Encoder:
    """Through sentence-transformers, as its documentation has it."""
    import sentence_transformers as st

    if kind == "cross-encoder":
        network: Any = st.CrossEncoder(folder, device="cpu")
        return _scoring(
            lambda texts: network.predict([(_QUERY, text) for text in texts], batch_size=BATCH_SIZE)
        )
    classes: dict[str, Any] = {
        "dense": st.SentenceTransformer,
        "sparse": st.SparseEncoder,
        "colbert": st.MultiVectorEncoder,
    }
    encoder = classes[kind](folder, device="cpu")
    return Encoder(
        lambda texts: encoder.encode_document(texts, batch_size=BATCH_SIZE),
        lambda texts: encoder.encode_query(texts, batch_size=BATCH_SIZE),
    )


def first(kind: str, folder: str, side: str, count: int, began: float) -> dict[str, float]:
    """Load one side in this fresh process."""
    encoder = _open(side, kind, folder)
    encoder.queries([_QUERY])
    clock, cpu = time.monotonic() - began, time.process_time()
    loaded = peak_mebibytes()
    encoder.documents(passages(count))
    return {"clock": clock, "cpu": cpu, "loaded": loaded, "peak": peak_mebibytes()}


def in_turn(
    kind: str, folder: str, side: str, count: int, rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Load both sides, one of them first, and let them encode the same passages in turn."""
    order = SIDES if side == SIDES[0] else SIDES[::-1]
    encoders = {each: _open(each, kind, folder) for each in order}
    texts = passages(count)
    for encoder in encoders.values():
        encoder.documents(texts[:BATCH_SIZE])  # buffers are allocated when they are first needed
    found: dict[str, dict[str, list[float]]] = {
        side: {"documents": [], "query": []} for side in SIDES
    }
    for number in range(rounds):
        for each in order if number % 2 == 0 else reversed(order):
            encoder, taken = encoders[each], found[each]
            taken["documents"].append(_cpu(encoder.documents, texts))
            taken["query"].append(_cpu(encoder.queries, [_QUERY], _REPEATS))
    return found


def _open(side: str, kind: str, folder: str) -> Encoder:
    return ours(kind, folder) if side == "registry" else bare(kind, folder)


def _scoring(score: Encode) -> Encoder:
    """A cross-encoder has documents only; a query with one document is its smallest work."""
    return Encoder(score, score)


def _cpu(encode: Encode, texts: list[str], times: int = 1) -> float:
    """CPU seconds a call."""
    start = time.process_time()
    for _ in range(times):
        encode(texts)
    return (time.process_time() - start) / times


if __name__ == "__main__":
    mode, kind, folder, side, count, last = sys.argv[1:]
    result: object = (
        first(kind, folder, side, int(count), float(last))
        if mode == "first"
        else in_turn(kind, folder, side, int(count), int(last))
    )
    print(json.dumps(result))
