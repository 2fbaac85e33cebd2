"""A store of vectors under another model: next to the old one, resumable, switched when complete.

reindexing    the function, and what it reports
planning      from a stored fingerprint: what has to be done, and why
_vectors      new vectors of rows: embedded, cut, quantized or as they are
_opening      which kind of store a path or an address is
_store        what each kind of store answers to
_job          what a run works on, written down for the next one
_arrow        pyarrow, which has no types
_columns      a column of vectors in Arrow, for the next two
_parquet      a file, or a folder of files
_lancedb      a table in a folder
_qdrant       a collection in a folder or on a server
_qdrant_vectors  which of a point's vectors, read and written
"""
