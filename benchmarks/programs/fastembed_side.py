"""fastembed on one of our graphs, in its own environment, without imports from this project.

    python fastembed_side.py first KIND FOLDER BEGAN    prints seconds and memory for a first vector
    python fastembed_side.py serve KIND FOLDER THREADS  a JSON line of texts in, CPU seconds out

An input line is {"texts": [...], "role": "query" or "document", "batch": 32, "vectors": false}; the
output is {"cpu": seconds, "vectors": [[...]] or null}.
"""

from __future__ import annotations

import json
import re
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

QUERY = "which retriever reads German?"
# Model names that select fastembed's post-processing; the graph is ours.
NAMES = {
    "dense": "ours/dense",
    "sparse": "prithivida/Splade_PP_en_v1",
    "colbert": "colbert-ir/colbertv2.0",
    "cross-encoder": "ours/reranker",
}


def opened(kind: str, folder: str, threads: int | None) -> Any:
    """A fastembed encoder of local files."""
    # Imported by name: it is not installed where this file is type-checked.
    library: Any = import_module("fastembed")
    described: Any = import_module("fastembed.common.model_description")
    where = {"specific_model_path": folder, "threads": threads, "local_files_only": True}
    source = described.ModelSource(hf=NAMES["dense"])
    if kind == "dense":  # pooling and normalization are in the graph
        library.TextEmbedding.add_custom_model(
            model=NAMES[kind], pooling=described.PoolingType.DISABLED, normalization=False,
            sources=source, dim=384, model_file="model.onnx",
        )  # fmt: skip
        return library.TextEmbedding(NAMES[kind], **where)
    if kind == "cross-encoder":
        reranker: Any = import_module("fastembed.rerank.cross_encoder").TextCrossEncoder
        reranker.add_custom_model(model=NAMES[kind], sources=source, model_file="model.onnx")
        return reranker(NAMES[kind], **where)
    name = "SparseTextEmbedding" if kind == "sparse" else "LateInteractionTextEmbedding"
    return getattr(library, name)(NAMES[kind], **where)


def encoded(kind: str, encoder: Any, texts: list[str], role: str, batch: int) -> list[Any]:
    """All results as a list."""
    if kind == "cross-encoder":
        return list(encoder.rerank(QUERY, texts, batch_size=batch))
    if role == "query" and kind == "colbert":
        return list(encoder.query_embed(texts, batch_size=batch))
    return list(encoder.embed(texts, batch_size=batch))


def first(kind: str, folder: str, began: float) -> dict[str, float]:
    """Measure until the vector of the first query."""
    encoded(kind, opened(kind, folder, 1), [QUERY], "query", 32)
    status = Path("/proc/self/status")
    found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text("ascii"), re.MULTILINE)
    return {
        "clock": time.monotonic() - began,
        "cpu": time.process_time(),
        "memory": int(found[1]) / 2**10 if found else 0.0,
    }


def serve(kind: str, folder: str, threads: int) -> None:
    """Encode each line's texts and report the time."""
    encoder = opened(kind, folder, threads)
    for line in sys.stdin:
        job = json.loads(line)
        start = time.process_time()
        found = encoded(kind, encoder, job["texts"], job["role"], job["batch"])
        taken = time.process_time() - start
        vectors = [each.tolist() for each in found] if job["vectors"] else None
        print(json.dumps({"cpu": taken, "vectors": vectors}), flush=True)


if __name__ == "__main__":
    mode, kind, folder, last = sys.argv[1:]
    if mode == "first":
        print(json.dumps(first(kind, folder, float(last))))
    else:
        serve(kind, folder, int(last))
