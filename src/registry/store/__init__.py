"""Models on this machine: the Hugging Face cache, and an Ollama server beside it.

stored.py         one revision in one store, whichever it is
hugging_face.py   reading the cache; ollama_models.py, the server
inventory.py      what is here beside what the catalogue has
pruning.py        what may go, and removing it
pull_plan.py      what the lock or the pin says, and what of it is not here
pulling.py        fetching that; ollama_pulling.py, through Ollama
checking.py       whether what is here is what was locked
share.py          weights of the cache become a model of Ollama; linking.py, without a copy
"""
