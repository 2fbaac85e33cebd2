"""Vectors of Qdrant points: which one is meant, reading and writing it.

A collection has one unnamed vector or several named ones. Those of late interaction have a
`multivector_config`; sparse ones are listed separately and always named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from qdrant_client import models

from registry.errors import InputError
from registry.reindexing._vectors import Kind, Vectors, flat


def named_vector(params: Any, wanted: str | None, kind: Kind) -> str:
    """The name of the vector of a kind; "" for the unnamed one."""
    vectors: Any = params.vectors or {}
    several = isinstance(vectors, dict)
    named = cast("dict[str, Any]", vectors if several else {"": vectors})
    if kind == "sparse":
        found = list(params.sparse_vectors or {})
    else:
        found = [
            name
            for name, each in named.items()
            if (each.multivector_config is not None) is (kind == "colbert")
        ]
    if wanted is None and len(found) == 1:
        return str(found[0])
    if wanted is not None and wanted in found:
        return wanted
    there = ", ".join(
        (*(name or "one without a name" for name in named), *(params.sparse_vectors or {}))
    )
    if not found:
        raise InputError(
            f"the model gives {kind} vectors, and this collection has none; it has {there}"
        )
    raise InputError(f"which vector? Say --vector; this collection has {there}")


def resized(params: Any, dim: int) -> Any:
    """The parameters of a vector with another width."""
    return params.model_copy(update={"size": dim})


def by_name(point: Any) -> dict[str, Any]:
    """The vectors of a point by name; an unnamed one is ""."""
    found: Any = point.vector
    return cast("dict[str, Any]", found if isinstance(found, dict) else {"": found})


def stored_vectors(points: list[Any], name: str, kind: Kind) -> Vectors:
    """Dense or late-interaction vectors of points. Raises InputError for a point without one."""
    found: list[Any] = []
    for point in points:
        found.append(by_name(point).get(name))
        if found[-1] is None:
            raise InputError(f"point {point.id} has no vector {name!r}; embed the texts again")
    if kind == "dense":
        return Vectors(np.array(found, np.float32))
    return flat([np.array(tokens, np.float32) for tokens in found])


def each_vector(made: Vectors) -> Iterator[Any]:
    """The vector of each point, as the client takes it."""
    if made.lengths is None:
        yield from made.values.tolist()
        return
    for end, length in zip(np.cumsum(made.lengths), made.lengths, strict=True):
        values = made.values[end - length : end].tolist()
        if made.indices is None:
            yield values
        else:
            indices = made.indices[end - length : end].tolist()
            yield models.SparseVector(indices=indices, values=values)
