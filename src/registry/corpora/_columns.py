"""The columns of the output: the results of each kind of encoder, in Arrow.

corpus_row   the number of the row in its corpus, from 0
the ids, and the columns asked for, as they were
cut          whether the model read only the beginning of the text; null if unknown
vector       dense: float32, of one width; late interaction: a list of such, one per token
indices, values   sparse: the dimensions that are not zero, and their weights
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from registry.corpora._arrow import pa

ROW, CUT, VECTOR, INDICES, VALUES = "corpus_row", "cut", "vector", "indices", "values"
NOT_TEXT, TEXT = "__not_text", "__text"
"""Internal columns: rows with something in place of a text, and the texts."""
STORED: dict[str, tuple[str, ...]] = {
    "dense": (VECTOR,),
    "colbert": (VECTOR,),
    "sparse": (INDICES, VALUES),
}
"""Kind of model -> the columns that hold its vectors."""


@dataclass(frozen=True)
class Wanted:
    """The columns that a run takes from its corpus."""

    text: str
    id: str
    keep: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, once each."""
        return tuple(dict.fromkeys((self.id, self.text, *self.keep)))

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that go into the output as they are: the ids first."""
        return tuple(dict.fromkeys((self.id, *self.keep)))


INTERNAL = (NOT_TEXT, TEXT)
"""Names that no column of a corpus can have."""


def reserved(kind: str) -> tuple[str, ...]:
    """Names that a kept column cannot have."""
    return (ROW, CUT, *STORED[kind])


def output_schema(kept: Any, kind: str, dim: int, key: str, facts: dict[str, str]) -> Any:
    """The schema of the output; `facts` go into its metadata, that of `key` also to the vectors."""
    vector = pa.list_(pa.float32(), dim)
    types = {
        "dense": (vector,),
        "colbert": (pa.list_(vector),),
        "sparse": (pa.list_(pa.int32()), pa.list_(pa.float32())),
    }[kind]
    stamp = {key: facts[key]}
    stored = [
        pa.field(name, each, metadata=stamp) for name, each in zip(STORED[kind], types, strict=True)
    ]
    fields = [pa.field(ROW, pa.int64()), *kept, pa.field(CUT, pa.bool_()), *stored]
    return pa.schema(fields, metadata=facts)


# Any: what the encoders of three kinds give shares no type.
def arrays(kind: str, encoded: Any, dim: int) -> list[Any]:
    """An encoder's results for some texts, as the columns of its kind."""
    if kind == "dense":
        return [_vectors(encoded, dim)]
    if kind == "colbert":
        offsets = _offsets([len(each) for each in encoded])
        tokens = np.concatenate(encoded) if encoded else np.empty((0, dim), np.float32)
        return [pa.ListArray.from_arrays(offsets, _vectors(tokens, dim))]
    offsets = pa.array(np.asarray(encoded.indptr, np.int32))
    return [
        pa.ListArray.from_arrays(offsets, pa.array(np.asarray(encoded.indices, np.int32))),
        pa.ListArray.from_arrays(offsets, pa.array(np.asarray(encoded.data, np.float32))),
    ]


def _vectors(vectors: Any, dim: int) -> Any:
    flat = np.ascontiguousarray(vectors, np.float32).reshape(-1)
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), dim)


def _offsets(lengths: list[int]) -> Any:
    return pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
