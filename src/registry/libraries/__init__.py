"""The libraries that models run on, and the seams where we touch their private parts.

versions               which of them are installed
seams                  what is relied on, as data; what happens if it changed
transformers           the report of what was loaded, bars, the decoding loop
sentence_transformers  the classes of its four kinds, tokenizers in a network, how it reads a role
huggingface_hub        the layout of the cache, headers of requests
ollama                 blobs
openvino               importing it without its converter
ray                    how many blocks a worker holds
pyarrow                Parquet files without reading ahead
"""
