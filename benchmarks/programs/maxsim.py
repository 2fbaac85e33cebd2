"""MaxSim by `MultiVectorEncoder.similarity`, ours and the plain library's.

    python -m benchmarks.programs.maxsim memory FOLDER QUERIES DOCUMENTS SIDE
    python -m benchmarks.programs.maxsim in-turn FOLDER QUERIES DOCUMENTS ROUNDS

`memory` gives the increase of peak memory by one call, in MiB; `in-turn` CPU seconds per round.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import peak_mebibytes
from benchmarks.programs import SIDES

# ColBERT pads queries to 32 tokens and truncates documents at 180.
_QUERY_TOKENS, _LONGEST = 32, 180
_DIM = 128

Vectors = list[NDArray[np.float32]]
Score = Callable[[], NDArray[np.float32]]


def inputs(queries: int, documents: int) -> tuple[Vectors, Vectors]:
    """Random unit vectors; documents of 16 to 180 tokens, 80 on average, like passages."""
    random = np.random.default_rng(0)

    def tokens(count: int) -> NDArray[np.float32]:
        vectors = random.standard_normal((count, _DIM), dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    lengths = random.lognormal(np.log(75), 0.45, documents).clip(16, _LONGEST).astype(int)
    return [tokens(_QUERY_TOKENS) for _ in range(queries)], [tokens(n) for n in lengths]


def ours(folder: str, queries: Vectors, documents: Vectors) -> Score:
    """On arrays, as returned by our encoder."""
    import registry

    encoder = registry.load(registry.COLBERT_V2, local_path=folder, device="cpu")
    return lambda: encoder.similarity(queries, documents)


def bare(folder: str, queries: Vectors, documents: Vectors) -> Score:
    """On tensors, as returned by the library's encoder."""
    import torch
    from sentence_transformers import MultiVectorEncoder

    network: Any = MultiVectorEncoder(folder, device="cpu")
    tensor: Any = torch.as_tensor  # partially typed
    left, right = ([tensor(each) for each in side] for side in (queries, documents))
    return lambda: np.asarray(network.similarity(left, right).numpy())


def memory(folder: str, queries: int, documents: int, side: str) -> float:
    """One call in this fresh process."""
    score = _open(side, folder, *inputs(queries, documents))
    before = peak_mebibytes()
    score()
    return peak_mebibytes() - before


def in_turn(folder: str, queries: int, documents: int, rounds: int) -> dict[str, list[float]]:
    """The same scores from both sides in turn."""
    vectors = inputs(queries, documents)
    sides = {side: _open(side, folder, *vectors) for side in SIDES}
    np.testing.assert_allclose(sides["registry"](), sides["bare"](), rtol=1e-4)
    found: dict[str, list[float]] = {side: [] for side in SIDES}
    for number in range(rounds):
        for side in SIDES if number % 2 == 0 else reversed(SIDES):
            start = time.process_time()
            sides[side]()
            found[side].append(time.process_time() - start)
    return found


def _open(side: str, folder: str, queries: Vectors, documents: Vectors) -> Score:
    return (ours if side == "registry" else bare)(folder, queries, documents)


if __name__ == "__main__":
    mode, folder, queries, documents, last = sys.argv[1:]
    result: object = (
        memory(folder, int(queries), int(documents), last)
        if mode == "memory"
        else in_turn(folder, int(queries), int(documents), int(last))
    )
    print(json.dumps(result))
