"""Programs that groups start with `python -m`, because a library, its threads and its memory
are best measured in a process of their own. Each prints what it measured as JSON.
"""

# What is compared: `registry.load`, and the library beneath it as its documentation uses it.
SIDES = ("registry", "bare")
