"""Models on this machine: the Hugging Face cache, exports for engines, and an Ollama server.

cache_scan     the cache as it is on disk, even if it is damaged
hugging_face   which models are in it
exported       which exports there are, and removing them
inventory      what is here, compared with the catalogue
usage          how much disk space that takes
pruning        what may go; _removing takes it out of the cache, all of it or nothing
leftovers      what killed downloads and exports left
asked_for      pulls beyond the catalogue
pull_plan      what the lock or the pin says, and what of it is not here
pulling        fetching that
checking       whether what is here is what was locked
"""
