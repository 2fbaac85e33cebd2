"""int8 and binary vectors: how close they are to the floats, and what cannot be quantized."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from registry.encoders.quantization import quantize
from registry.errors import InputError

# Including subnormal and the largest numbers.
numbers = st.floats(-(2.0**100), 2.0**100, width=32) | st.floats(-(2.0**-119), 2.0**-119, width=32)


@st.composite
def some_vectors(draw: st.DrawFn, count: int = 3) -> NDArray[np.float32]:
    dim = draw(st.integers(1, 20))
    rows = st.lists(st.lists(numbers, min_size=dim, max_size=dim), max_size=count)
    return np.array(draw(rows), dtype=np.float32).reshape(-1, dim)


@given(some_vectors())
def test_int8_is_never_off_by_more_than_half_a_step(vectors: NDArray[np.float32]) -> None:
    small = quantize(vectors, "int8")
    assert small.values.dtype == np.int8
    assert small.scales.shape == (len(vectors),)
    assert small.scales.dtype == np.float32
    restored = small.values.astype(np.float64) * small.scales[:, None]
    off = np.abs(restored - vectors)
    # Half a step, plus float32 rounding.
    assert (off <= 0.501 * small.scales[:, None]).all()
    assert (np.abs(small.values.astype(int)) <= 127).all()
    lengths = np.linalg.norm(restored, axis=1)
    np.testing.assert_allclose(small.lengths(), lengths, rtol=1e-5)


@given(some_vectors())
def test_binary_counts_the_signs_that_agree(vectors: NDArray[np.float32]) -> None:
    small = quantize(vectors, "binary")
    assert small.values.shape == (len(vectors), -(-vectors.shape[1] // 8))
    positive = vectors > 0
    expected = [[2 * (one == other).mean() - 1 for other in positive] for one in positive]
    square = np.array(expected).reshape(len(vectors), len(vectors))
    np.testing.assert_allclose(small.scores(vectors), square, atol=1e-6)


@pytest.mark.parametrize("precision", ["int8", "binary"])
def test_zero_is_zero_and_none_are_none(precision: Any) -> None:  # Any: a parametrized text
    nothing = np.zeros((0, 5), np.float32)
    assert quantize(nothing, precision).scores(nothing).shape == (0, 0)
    zero = quantize(np.zeros((1, 5), np.float32), precision)
    assert not zero.values.any()
    assert zero.scores(nothing).shape == (0, 1)


@pytest.mark.parametrize(
    ("vectors", "precision", "message"),
    [
        ([1.0, 2.0], "int8", r"should be \(n, dim\), not \(2,\)"),
        ([[1.0, float("nan")]], "int8", "NaN or infinity"),
        ([[1.0, float("-inf")]], "binary", "NaN or infinity"),
        ([[1.0, 2.0]], "int4", "precision 'int4' is not one of int8, binary"),
    ],
)
def test_what_cannot_be_quantised(vectors: Any, precision: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        quantize(np.array(vectors, dtype=np.float32), precision)


def test_scores_need_one_width() -> None:
    small = quantize(np.ones((1, 9), np.float32), "binary")
    with pytest.raises(InputError, match="queries have 10 dimensions, these vectors 9"):
        small.scores(np.ones((1, 10), np.float32))
