"""int8 and binary vectors: a quarter and a thirty-second of the memory, and scores on them.

int8 is symmetric with one scale per vector, so it needs no calibration set: x is stored as
round(x / s) with s = max|x| / 127 (Jacob et al. 2018, arXiv 1712.05877, section 2.1, with zero
point 0). Binary keeps the sign of each dimension (Yamada et al. 2021, arXiv 2106.00882).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from registry.encoders.arrays import checked_vectors
from registry.errors import InputError

Precision = Literal["int8", "binary"]

# Below this a scale would not be a normal float32; such a vector is practically zero.
_SMALLEST = 127 * float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class QuantizedVectors:
    """Vectors in a small form.

    `values` is int8 (n, dim), or uint8 (n, ceil(dim / 8)) with one bit per dimension, most
    significant first; `scales` is float32 (n,), 1 for binary.
    """

    precision: Precision
    dim: int
    values: NDArray[np.int8] | NDArray[np.uint8]
    scales: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)

    def scores(self, queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score float queries (m, dim) against these n vectors: float32 (m, n).

        The queries are quantized the same way. int8 gives the dot product up to rounding;
        binary gives 1 - 2 * (differing bits) / dim, which is between -1 and 1.

        Raises InputError for queries of another width.
        """
        other = quantize(queries, self.precision)
        if other.dim != self.dim:
            raise InputError(f"queries have {other.dim} dimensions, these vectors {self.dim}")
        if self.precision == "int8":
            # float32 holds sums of products of int8 exactly up to 1,000 dimensions and is far
            # faster than an integer product; beyond, the error is below that of rounding.
            products = other.values.astype(np.float32) @ self.values.astype(np.float32).T
            scaled = products * other.scales[:, None] * self.scales[None, :]
            return np.asarray(scaled, dtype=np.float32)
        scores = np.empty((len(other), len(self)), np.float32)
        for row, bits in enumerate(other.values.view(np.uint8)):
            scores[row] = self._binary_scores(bits)
        return scores

    def lengths(self) -> NDArray[np.float32]:
        """Lengths of the vectors: float32 (n,), up to rounding; 1 for binary, which has none."""
        if self.precision == "binary":
            return self.scales
        lengths = np.linalg.norm(self.values.astype(np.float32), axis=1) * self.scales
        return np.asarray(lengths, dtype=np.float32)

    def _binary_scores(self, bits: NDArray[np.uint8]) -> NDArray[np.float32]:
        differing = np.bitwise_count(np.bitwise_xor(self.values.view(np.uint8), bits))
        scores: NDArray[np.float32] = np.asarray(
            1 - 2 * differing.sum(axis=1, dtype=np.int64) / self.dim, dtype=np.float32
        )
        return scores


def quantize(vectors: NDArray[np.float32], precision: Precision) -> QuantizedVectors:
    """Quantize float vectors (n, dim).

    Raises InputError for another shape or precision, and for values that are not finite.

    >>> import numpy as np
    >>> vectors = np.array([[0.6, -0.8]], dtype=np.float32)
    >>> quantize(vectors, "int8").values.tolist()
    [[95, -127]]
    >>> round(float(quantize(vectors, "int8").scores(vectors)[0, 0]), 2)
    1.0
    """
    if precision not in get_args(Precision):
        raise InputError(f"precision {precision!r} is not one of {', '.join(get_args(Precision))}")
    vectors = checked_vectors(vectors, "vectors")
    if not np.isfinite(vectors).all():
        raise InputError("vectors contain NaN or infinity")
    dim = int(vectors.shape[1])
    if precision == "binary":
        ones: NDArray[np.float32] = np.ones(len(vectors), dtype=np.float32)
        return QuantizedVectors("binary", dim, _signs(vectors), ones)
    numbers: Any = np  # it types these in part
    largest = numbers.abs(vectors).max(axis=1, initial=0)
    scales = numbers.where(largest >= _SMALLEST, largest / 127, 1).astype(np.float32)
    values = np.asarray(np.rint(vectors / scales[:, None]), dtype=np.int8)
    return QuantizedVectors("int8", dim, values, scales)


def _signs(vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
    positive: NDArray[np.bool_] = np.greater(vectors, 0)
    return np.packbits(positive, axis=1)
