"""From files of text to stored vectors: `embed_corpus`, which `registry embed` calls.

embedding     the function, and what it reports
_checking     checks before a row is read
_run          one run, new or resumed
_job          what identifies a run; its manifest; comparing it with a second run
_files        which files make a corpus, and the format of each
_formats      a reader for each format; _reading: rows of a file, as Arrow tables
_quotes       quotes in a CSV that would make many rows one
_corpus       the rows of all files under one numbering, the bad ones left out
_survey       counts made before encoding: rows, bad rows, duplicate ids
_columns      the columns of the output, for each kind of encoder
_encoding     a table of texts becomes a table of vectors, in batches by tokens
_parts        the engine of one machine
_on_ray       the engine of a Ray cluster; _ray_source, _ray_worker: what is sent there
_lance        finished parts become a LanceDB table
_arrow        pyarrow, which is untyped
"""
