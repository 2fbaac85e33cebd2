"""Turn a table of texts into a table of vectors: batches by tokens, with any backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from registry.corpora._arrow import Table, pa
from registry.corpora._columns import ROW, TEXT, arrays
from registry.encoders.patience import patiently
from registry.errors import CorpusError
from registry.fingerprints.index_fingerprint import fingerprint, fingerprint_differences
from registry.loading.load import load
from registry.models.lengths import own_length

if TYPE_CHECKING:
    from registry.models.kinds import DenseLike

_TOKENS_PER_TEXT = 128
_BYTES_PER_TOKEN = 4  # if there is no tokenizer


@dataclass(frozen=True, kw_only=True)
class Encoding:
    """How to encode. schema: of the output. batch_tokens: including padding; None for the default.

    stop: whether a text that the model would cut ends the run. arguments: those of `load`.
    """

    model: Any  # of any of three kinds, of anybody's classes
    schema: Any  # pyarrow.Schema
    dim: int
    fingerprint: str
    kept: tuple[str, ...]
    stop: bool = False
    batch_tokens: int | None = None
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])


class Embedder:
    """A loaded model and its settings: a call takes a table of texts and returns vectors."""

    def __init__(self, how: Encoding) -> None:
        self._how = how
        loaded = load(cast("DenseLike", how.model), **how.arguments)
        self._encoder: Any = loaded  # of any of three kinds
        made = fingerprint(loaded)
        if differs := fingerprint_differences(how.fingerprint, made):
            raise CorpusError("the model is not what the run began with: " + "; ".join(differs))
        self._limit = own_length(how.model)
        self._most: int = how.batch_tokens or _TOKENS_PER_TEXT * loaded.batch_size

    def __call__(self, table: Table) -> Table:
        """The output for some rows. Raises CorpusError for a text that is too long, if `stop`."""
        how = self._how
        texts: list[str] = table.column(TEXT).to_pylist()
        lengths: Sequence[int] | None = self._encoder.count_tokens(texts) if texts else []
        cut = self._cut(table, lengths)
        estimated = lengths or [1 + len(text.encode()) // _BYTES_PER_TOKEN for text in texts]
        encoded = self._encoded(texts, estimated)
        columns = [
            table.column(ROW),
            *(table.column(name) for name in how.kept),
            cut,
            *arrays(how.model.kind, encoded, how.dim),
        ]
        return pa.Table.from_arrays(
            [
                column if column.type == each.type else column.cast(each.type)
                for column, each in zip(columns, how.schema, strict=True)
            ],
            schema=how.schema,
        )

    def close(self) -> None:
        """Free the model."""
        self._encoder.close()

    def _cut(self, table: Table, lengths: Sequence[int] | None) -> Any:
        if lengths is None or self._limit is None:
            return pa.nulls(table.num_rows, pa.bool_())
        cut = [length > self._limit for length in lengths]
        if self._how.stop and True in cut:
            at = cut.index(True)
            name = table.column(self._how.kept[0])[at].as_py()
            raise CorpusError(
                f"row {table.column(ROW)[at].as_py() + 1} (id {name!r}) has {lengths[at]:,} "
                f"tokens, {self._how.model.id} reads {self._limit:,}; "
                "shorten or split it, or embed its beginning with --on-error skip"
            )
        return pa.array(cut, pa.bool_())

    def _encoded(self, texts: list[str], lengths: Sequence[int]) -> Any:
        """The results of texts in batches of similar length, back in their order."""
        kind, order, found = self._how.model.kind, list[int](), list[Any]()
        for rows in batches(lengths, self._most):
            some = [texts[row] for row in rows]
            encode = partial(self._encoder.encode_documents, batch_size=len(some), progress=False)
            found.append(patiently(partial(encode, some)))
            order += rows
        if not found:
            return self._encoder.encode_documents([])
        if kind == "colbert":
            tokens: list[Any] = [None] * len(texts)
            for row, each in zip(order, (one for some in found for one in some), strict=True):
                tokens[row] = each
            return tokens
        back = np.argsort(np.asarray(order))
        if kind == "sparse":
            import scipy.sparse as untyped

            sparse: Any = untyped
            return sparse.vstack(found, format="csr")[back]
        return np.concatenate(found)[back]


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows in batches, the longest first, each of at most `most` tokens including padding.

    >>> list(batches([3, 9, 3, 4], 10))
    [[1], [3, 0], [2]]
    """
    order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    start = 0
    while start < len(order):
        widest = max(1, lengths[order[start]])
        rows = order[start : start + max(1, most // widest)]
        yield rows
        start += len(rows)
