"""Measure what the project promises, and write the figures into docs/benchmarks.md.

    python -m benchmarks                      # every group
    python -m benchmarks generation queries   # some of them; other sections stay as they are
    python -m benchmarks --quick              # a few rounds, for trying out; writes nothing

A group is a module in `benchmarks.groups` with a function `run(bench) -> Section`. A new file
there is a new group; nothing else has to know about it.
What is best measured in a process of its own is a program in `benchmarks.programs`.
"""
