"""The libraries that models run on, and the seams where we touch their private parts.

versions               which of them are installed
seams                  what is relied on, as data; what if it moved
transformers           the report of what was loaded, bars, the decoding loop
sentence_transformers  the classes of its four kinds, tokenizers in a network
huggingface_hub        the layout of the cache, headers of requests
ollama                 blobs
"""
