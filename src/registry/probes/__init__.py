"""What a model answers to a few fixed texts: made once, held against whatever serves it.

texts       the texts, those of comparisons of exports among them
answering   from a loaded model to its answers
limits      how far it reads, which needs no reference
counting    the tokens that a server says it has read, compared with those in the lock
comparing   answers compared with those in the lock, with the diagnosis
in_lock     the probe in use here; own has those that come with the package
proving     `prove`: what `load` does of it, and the errors
"""
