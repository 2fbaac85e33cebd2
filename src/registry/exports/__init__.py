"""Exports: a model as a graph that an engine runs without torch, and what proves that it is right.

export    the description of an export: export.json
place     where the export of a commit, an engine and a precision is
replacing making and removing it there, one process at a time
cached    what is in the cache
opening   an export that may be loaded: complete, of the right commit, measured
probe     the texts on which an export is compared with the reference, and the comparison
"""
