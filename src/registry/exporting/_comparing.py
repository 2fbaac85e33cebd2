"""The probe of an export: its results and the reference's, on the probe's texts."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from registry.encoders.reranker import Reranker
from registry.encoders.sparse import SparseEncoder
from registry.exports.export import Probe
from registry.exports.probe import compared
from registry.probes.texts import many_texts

_PAIRS = 6, 60  # queries and documents that a cross-encoder reads: every pair costs a pass


def probe(
    reference: Any,  # two encoders of one kind, with methods of the same names
    found: Any,
) -> Probe:
    """Compare two encoders of one kind."""
    queries, documents = many_texts()
    if isinstance(reference, Reranker):
        few = documents[-_PAIRS[1] :]
        sides = [
            np.stack([side.scores(query, few) for query in queries[:: len(queries) // _PAIRS[0]]])
            for side in (reference, found)
        ]
        measured = compared((list(sides[0]), list(sides[1])), (sides[0], sides[1]))
        return dataclasses.replace(measured, texts=sides[0].size)
    vectors: list[list[Any]] = []
    scores: list[Any] = []
    for side in (reference, found):
        asked, read = side.encode_queries(queries), side.encode_documents(documents)
        if isinstance(side, SparseEncoder):
            vectors.append([*asked.toarray(), *read.toarray()])
        else:
            vectors.append([*asked, *read])
        scores.append(side.similarity(asked, read))
    return compared((vectors[0], vectors[1]), (scores[0], scores[1]))
