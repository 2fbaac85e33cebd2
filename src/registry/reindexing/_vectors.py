"""New vectors for rows: embedded, cut, quantized, or as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from registry.encoders.dense import DenseEncoder, unit
from registry.encoders.multi_vector import MultiVectorEncoder
from registry.encoders.patience import patiently
from registry.encoders.quantization import quantize
from registry.encoders.sparse import SparseEncoder
from registry.errors import InputError
from registry.reindexing.planning import Plan

Kind = Literal["dense", "colbert", "sparse"]
Encoder: TypeAlias = DenseEncoder | MultiVectorEncoder | SparseEncoder


@dataclass(frozen=True)
class Vectors:
    """The vectors of some rows, one after the other.

    values: dense (n, dim) in float32, int8 or bits; late interaction (tokens, dim), over all rows;
    sparse (weights,), over all rows. lengths: how many tokens or weights each row has; None for
    dense ones. indices: the dimensions of sparse weights. scales: for int8, one per vector. fresh:
    a model has just made them.
    """

    values: NDArray[Any]  # float32, int8 or uint8
    lengths: NDArray[np.int64] | None = None
    indices: NDArray[np.int64] | None = None
    scales: NDArray[np.float32] | None = None
    fresh: bool = False


@dataclass(frozen=True)
class Rows:
    """Some rows: their texts and vectors, as far as requested, and their complete content."""

    texts: Sequence[object] | None
    vectors: Vectors | None
    count: int
    first: int
    held: Any  # as the store has them


def made(rows: Rows, plan: Plan, encoder: Encoder | None) -> Vectors:
    """The vectors that a plan wants for rows. Raises InputError naming a row without a text."""
    vectors = rows.vectors if encoder is None else _embedded(rows, encoder)
    if vectors is None:
        raise InputError("these rows were read without what their vectors are made of")
    if vectors.indices is not None:
        return vectors
    values = vectors.values
    if not len(values):
        values = np.empty((0, plan.dim), np.float32)
    elif encoder is None and values.shape[1] != plan.stored_dim:
        raise InputError(
            f"the fingerprint says that vectors have {plan.stored_dim} numbers, and these have "
            f"{values.shape[1]}: they are of another model"
        )
    if values.shape[1] > plan.dim:
        values = unit(values[:, : plan.dim])
    if plan.quantize_to is None:
        return replace(vectors, values=values)
    small = quantize(values, plan.quantize_to)
    scales = small.scales if small.precision == "int8" else None
    return replace(vectors, values=small.values, scales=scales)


def flat(found: Any) -> Vectors:
    """An encoder's results, of any of the three kinds, one after the other."""
    if isinstance(found, np.ndarray):
        return Vectors(cast("NDArray[np.float32]", found))
    if isinstance(found, list):
        each = cast("list[NDArray[np.float32]]", found)
        values = np.concatenate(each) if each else np.empty((0, 0), np.float32)
        return Vectors(values, np.array([len(tokens) for tokens in each], np.int64))
    ends = np.asarray(found.indptr, np.int64)
    return Vectors(found.data, ends[1:] - ends[:-1], np.asarray(found.indices, np.int64))


def _embedded(rows: Rows, encoder: Encoder) -> Vectors:
    texts = rows.texts or []
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            what = "no text" if text is None else type(text).__name__
            raise InputError(f"row {rows.first + place} has {what} to embed")
    return replace(flat(_encoded(cast("list[str]", texts), encoder)), fresh=True)


def _encoded(texts: list[str], encoder: Encoder) -> Any:
    """What an encoder makes of texts; one on a server is asked for a batch at a time."""
    serving = encoder.serving
    if not isinstance(encoder, DenseEncoder) or serving is None or not serving.served or not texts:
        return encoder.encode_documents(texts, progress=False)
    size = encoder.batch_size
    batches = [texts[start : start + size] for start in range(0, len(texts), size)]
    encode = partial(encoder.encode_documents, progress=False)
    return np.concatenate([patiently(partial(encode, batch)) for batch in batches])
