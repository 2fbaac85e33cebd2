"""Exports: a model as a graph that an engine runs without torch, and what proves that it is right.

export    what an export says of itself: export.json
place     where the export of a commit, an engine and a precision lies
opening   an export that may be loaded: whole, of the right commit, measured
probe     the texts on which an export is compared with the reference, and the comparison
"""
