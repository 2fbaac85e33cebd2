"""Models on this machine: the Hugging Face cache, and an Ollama server.

stored.py         one revision in one store, whichever it is
cache_scan.py     the cache as it is on disk, even if it is damaged
hugging_face.py   which models are in it; ollama_models.py, in the server
inventory.py      what is here, compared with the catalogue
usage.py          what that takes on disk
pruning.py        what may go; removing.py, out of the cache, whole or not at all
pull_plan.py      what the lock or the pin says, and what of it is not here
pulling.py        fetching that; ollama_pulling.py, through Ollama
checking.py       whether what is here is what was locked
share.py          weights of the cache become a model of Ollama: shared_file.py, file by file;
                  linking.py, without a copy
"""
