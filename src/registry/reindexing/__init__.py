"""Move a store of vectors to another model: next to the old one, resumable, switched when done.

reindexing    the function, and what it reports
planning      from a stored fingerprint: what has to be done, and why
_vectors      new vectors for rows: embedded, cut, quantized or as they are
_opening      which kind of store a path or an address is
_store        the interface of every kind of store
_job          what a run works on, recorded for the next one
_arrow        pyarrow, which has no types
_columns      a column of vectors in Arrow, for the next two
_parquet      a file, or a folder of files
_lancedb      a table in a folder
_qdrant       a collection in a folder or on a server
_qdrant_vectors  a point's vectors: which one is meant, reading and writing it
"""
