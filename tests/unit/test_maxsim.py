"""MaxSim compared with its equation, for queries and documents of any length."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from registry.encoders import multi_vector
from registry.encoders.multi_vector import TokenVectors, maxsim

Lengths = st.lists(st.integers(0, 5), max_size=6)


def vectors(lengths: list[int], seed: int, dim: int = 4) -> TokenVectors:
    random = np.random.default_rng(seed)
    return [random.standard_normal((length, dim), dtype=np.float32) for length in lengths]


def by_hand(queries: TokenVectors, documents: TokenVectors) -> NDArray[np.float32]:
    """Khattab and Zaharia 2020, equation 3."""
    rows = [
        [
            sum(max((q @ d for d in document), default=-np.inf) for q in query)
            for document in documents
        ]
        for query in queries
    ]
    return np.array(rows, dtype=np.float32).reshape(len(queries), len(documents))


@pytest.mark.parametrize("block", [1, 3, 2_048])
@given(queries=Lengths, documents=Lengths)
def test_it_is_the_equation(block: int, queries: list[int], documents: list[int]) -> None:
    left, right = vectors(queries, 0), vectors(documents, 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(multi_vector, "_TOKENS", block)
        scores = maxsim(left, right)

    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, by_hand(left, right), rtol=1e-4, atol=1e-5)


def test_vectors_of_half_precision_are_scored_in_single() -> None:
    left, right = vectors([3], 0), vectors([4, 2], 1)
    halves = [each.astype(np.float16) for each in right]

    scores = maxsim(left, halves)  # type: ignore[arg-type]  # what somebody may keep in an index

    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, by_hand(left, right), atol=0.05)


def test_integers_do_not_wrap() -> None:
    tokens: Any = [np.full((1, 128), 127, np.int8)]
    assert maxsim(tokens, tokens).item() == 127 * 127 * 128


def test_memory_does_not_grow_with_the_number_of_documents() -> None:
    left, right = vectors([32] * 32, 0, dim=128), vectors([100] * 500, 1, dim=128)
    products = sum(map(len, left)) * sum(map(len, right)) * 4  # bytes if all were in memory at once

    tracemalloc.start()
    maxsim(left, right)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < products / 8
