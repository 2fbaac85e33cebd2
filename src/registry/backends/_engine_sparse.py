"""Sparse encoders on graphs: separate, because importing scipy takes longer than encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from registry.backends._engine_encoders import Graphs, OnGraphs
from registry.encoders.base import Role
from registry.encoders.sparse import SparseEncoder

if TYPE_CHECKING:
    from registry.models.kinds import SparseLike


class GraphSparseEncoder(OnGraphs, SparseEncoder):
    """One weight per word of the vocabulary."""

    def __init__(self, model: SparseLike, graphs: Graphs, *, batch_size: int) -> None:
        super().__init__(model, batch_size=batch_size)
        self._graphs, self._id, self.precision = graphs, model.id, graphs.precision
        self.made_with = graphs.made_with

    def _encode(self, texts: list[str], role: Role, batch_size: int, progress: bool) -> csr_array:
        graphs = self._open()
        prompt = graphs.prompt(self.model, role)
        prompted = [prompt + text for text in texts] if prompt else texts
        columns = [np.empty(0, np.int32)] * len(texts)
        values = [np.empty(0, np.float32)] * len(texts)
        for batch, found in graphs.results(role, prompted, batch_size, progress):
            for row, weights in zip(batch.rows, found, strict=True):
                columns[row] = np.flatnonzero(weights).astype(np.int32)
                values[row] = weights[columns[row]]
        starts = np.concatenate([[0], np.cumsum([len(each) for each in columns])])
        return csr_array(
            (np.concatenate(values), np.concatenate(columns), starts.astype(np.int32)),
            shape=(len(texts), self.dim),
        )

    def _token(self, index: int) -> str:
        return self._open().token(index)
