"""Which kind of store an object is, by the names of its classes: no library is imported."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.metadata import entry_points
from typing import cast

from registry.errors import InputError
from registry.integrations.stores.place import Place

GROUP = "registry.stores"
_HERE = "registry.integrations.stores"

# top package and class of the object -> "module:class"
_OWN = {
    "_duckdb.DuckDBPyConnection": f"{_HERE}.duckdb:DuckDbPlace",
    "duckdb.DuckDBPyConnection": f"{_HERE}.duckdb:DuckDbPlace",
    "chromadb.Collection": f"{_HERE}.chroma:ChromaPlace",
    "faiss.Index": f"{_HERE}.beside:BesidePlace",
    "faiss.IndexBinary": f"{_HERE}.beside:BesidePlace",
    "usearch.Index": f"{_HERE}.beside:BesidePlace",
    "lancedb.LanceTable": f"{_HERE}.lancedb:LanceDbPlace",
    "builtins.str": f"{_HERE}.parquet:ParquetPathPlace",
    "pathlib.Path": f"{_HERE}.parquet:ParquetPathPlace",
    "pyarrow.FileSystemDataset": f"{_HERE}.parquet:ParquetDatasetPlace",
    "pyarrow.ParquetFile": f"{_HERE}.parquet:ParquetFilePlace",
    "pyarrow.ParquetWriter": f"{_HERE}.parquet:ParquetWriterPlace",
    "pymilvus.MilvusClient": f"{_HERE}.milvus:MilvusPlace",
    "psycopg.Connection": f"{_HERE}.pgvector:PgvectorPlace",
    "pysqlite3.Connection": f"{_HERE}.sqlite:SqlitePlace",
    "qdrant_client.QdrantClient": f"{_HERE}.qdrant:QdrantPlace",
    "sqlite3.Connection": f"{_HERE}.sqlite:SqlitePlace",
}


def place_of(
    store: object,
    collection: str | None,
    vector: str | None,
    path: str | os.PathLike[str] | None,
) -> Place:
    """The place of a fingerprint in a store. Raises InputError for anything but a store."""
    others = {point.name: point for point in entry_points(group=GROUP)}
    for each in type(store).__mro__:
        name = f"{each.__module__.partition('.')[0]}.{each.__name__}"
        if name in _OWN:
            module, _, attribute = _OWN[name].partition(":")
            found = getattr(import_module(module), attribute)
        elif name in others:
            found = others[name].load()
        else:
            continue
        return cast(Place, found(store, collection, vector, path))
    known = ", ".join(sorted({*_OWN, *others}))
    kind = f"{type(store).__module__}.{type(store).__qualname__}"
    raise InputError(f"{kind} is not a known store of vectors; known: {known}")
