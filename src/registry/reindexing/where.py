"""Which vectors of a store a reindex is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    """Which vectors of a store.

    collection: the table or collection, where there are several. vector: the column or the named
    vector, where there are several of the model's type; for sparse ones, either column. text: the
    column or the key of the texts. alias: a name for the new Qdrant collection, where searches do
    not use an alias yet.
    """

    collection: str | None = None
    vector: str | None = None
    text: str = "text"
    alias: str | None = None
