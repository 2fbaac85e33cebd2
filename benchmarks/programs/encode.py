"""Encode passages with `load` and with the plain library.

    python -m benchmarks.programs.encode first KIND FOLDER SIDE PASSAGES BEGAN
    python -m benchmarks.programs.encode in-turn KIND FOLDER SIDE PASSAGES ROUNDS

`first` loads one side and gives the seconds from the start of the process to its first result,
wall-clock (BEGAN: `time.monotonic()` of the parent at the start) and CPU, and the peak memory
after that result and after all passages, in MiB. `in-turn` loads both sides, SIDE first, and
gives CPU seconds per round: for all passages, and for a single query.
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
# Repetitions of a single query per measurement, because one alone would be too short.
_REPEATS = 10

Encode = Callable[[list[str]], Any]


@dataclass(frozen=True)
class Encoder:
    """One side: its functions for documents and for queries."""

    documents: Encode
    queries: Encode


def ours(kind: str, folder: str) -> Encoder:
    """With `load`, as users do."""
    import registry

    if kind == "cross-encoder":
        reranker = registry.load(registry.MS_MARCO_MINILM_L6_V2, local_path=folder, device="cpu")
        return _scoring(lambda texts: reranker.scores(_QUERY, texts, batch_size=BATCH_SIZE))
    models: dict[str, Any] = {
        "dense": registry.ALL_MINILM_L6_V2,
        "sparse": registry.SPLADE_V3,
        "colbert": registry.COLBERT_V2,
    }
    load: Any = registry.load  # the overload depends on run time values
    encoder = load(models[kind], local_path=folder, device="cpu")
    return Encoder(
        lambda texts: encoder.encode_documents(texts, batch_size=BATCH_SIZE),
        lambda texts: encoder.encode_queries(texts, batch_size=BATCH_SIZE),
    )


def bare(kind: str, folder: str) -> Encoder:
    """With sentence-transformers, as in its documentation."""
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
    """Load both sides, SIDE first, and let them encode the same passages in turn."""
    order = SIDES if side == SIDES[0] else SIDES[::-1]
    encoders = {each: _open(each, kind, folder) for each in order}
    texts = passages(count)
    for encoder in encoders.values():
        encoder.documents(texts[:BATCH_SIZE])  # allocates buffers
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
    """A cross-encoder only scores documents; a query with one document is its smallest task."""
    return Encoder(score, score)


def _cpu(encode: Encode, texts: list[str], times: int = 1) -> float:
    """CPU seconds per call."""
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
