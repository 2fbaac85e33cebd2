"""Late interaction: one vector per token, compared by MaxSim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from registry.encoders.arrays import checked_token_vectors
from registry.encoders.base import TextEncoder
from registry.errors import InputError
from registry.models.kinds import ColbertLike

TokenVectors = list[NDArray[np.float32]]
_Numbers = NDArray[np.generic]

# MaxSim goes block by block: documents of this many tokens, and this many products (8 MiB) of them
# with tokens of the queries. Smaller blocks make threads wait for each other, larger ones do not
# fit into the CPU's cache; nothing is padded.
_TOKENS, _PRODUCTS = 2_048, 2**21


class MultiVectorEncoder(TextEncoder[ColbertLike, TokenVectors]):
    """Gives a list of float32 (tokens, dim) for n texts, of unit length per token."""

    def similarity(self, queries: TokenVectors, documents: TokenVectors) -> NDArray[np.float32]:
        """MaxSim of m queries against n documents: float32 (m, n).

        For each query token the largest dot product with any document token, summed over the
        query (Khattab and Zaharia 2020, arXiv 2004.12832, equation 3). Raises InputError.
        """
        return maxsim(queries, documents)

    def _nothing(self) -> TokenVectors:
        return []


def maxsim(queries: TokenVectors, documents: TokenVectors) -> NDArray[np.float32]:
    """MaxSim of m queries (tokens, dim) against n documents (tokens, dim): float32 (m, n).

    A document without tokens scores -inf, below every other; a query without tokens 0. Raises
    InputError for vectors that are not (tokens, dim), all of one width.

    >>> query = np.array([[1, 0], [0, 1]], dtype=np.float32)
    >>> maxsim([query], [query, query[:1]]).tolist()
    [[2.0, 1.0]]
    """
    asked = checked_token_vectors(queries, "queries")
    stored = checked_token_vectors(documents, "documents")
    shapes = {each.shape[1:] for each in (*asked, *stored)}
    if len(shapes) > 1 or any(len(shape) != 1 for shape in shapes):
        raise InputError(
            "vectors should be lists of (tokens, dim), all of one width; there are "
            f"{', '.join(sorted({str(each.shape) for each in (*asked, *stored)})[:3])}"
        )
    scores: NDArray[np.float32] = np.zeros((len(asked), len(stored)), np.float32)
    lengths = _lengths(asked)
    present = lengths > 0
    if not present.any():
        return scores
    begins = (np.cumsum(lengths) - lengths)[present]
    # Here and not before: vectors that are stored smaller stay so, except for one block of them.
    tokens = np.concatenate(asked, dtype=np.float32).T
    for start, stop in _blocks(stored, max(1, min(_TOKENS, _PRODUCTS // tokens.shape[1]))):
        block = stored[start:stop]
        products = np.concatenate(block, dtype=np.float32) @ tokens
        ends = np.cumsum(_lengths(block))
        for column, own in enumerate(np.split(products, ends[:-1]), start):
            scores[present, column] = np.add.reduceat(own.max(axis=0, initial=-np.inf), begins)
    return scores


def _blocks(documents: Sequence[_Numbers], tokens: int) -> Iterator[tuple[int, int]]:
    """Ranges of documents with about this many tokens in total, at least one document each."""
    numbers = np.cumsum(_lengths(documents)) // tokens
    starts: list[int] = np.flatnonzero(np.diff(numbers, prepend=-1)).tolist()
    return pairwise([*starts, len(documents)])


def _lengths(vectors: Sequence[_Numbers]) -> NDArray[np.intp]:
    return np.array([len(each) for each in vectors], dtype=np.intp)
