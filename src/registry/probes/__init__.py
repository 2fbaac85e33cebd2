"""What a model answers to a few fixed texts: recorded once, compared with whatever serves it.

texts       the texts, including those for comparing exports
answering   from a loaded model to its answers
limits      how far it reads, which needs no reference
counting    the tokens that a server reports, compared with those in the lock
comparing   answers compared with those in the lock, with the diagnosis
in_lock     the probe in use here; own has those that ship with the package
proving     `prove`: the part that `load` runs, and its errors
"""
