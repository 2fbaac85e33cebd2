"""Models on this machine: the Hugging Face cache, and an Ollama server.

cache_scan     the cache as it is on disk, even if it is damaged
hugging_face   which models are in it
inventory      what is here, compared with the catalogue
usage          how much disk space that takes
pruning        what may go; _removing takes it out of the cache, all of it or nothing
leftovers      what killed downloads left
asked_for      pulls beyond the catalogue
pull_plan      what the lock or the pin says, and what of it is not here
pulling        fetching that
checking       whether what is here is what was locked
"""
