"""Programs that groups start with `python -m`, because a library, its threads and its memory
are best measured in a process of their own. Each prints its measurements as JSON.
"""

# The two sides: `registry.load`, and the underlying library, used as in its documentation.
SIDES = ("registry", "bare")
