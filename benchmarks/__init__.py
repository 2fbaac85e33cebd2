"""Measure what the project promises, and write the results to docs/benchmarks.md.

    python -m benchmarks                      # every group
    python -m benchmarks generation queries   # some of them; other sections stay as they are
    python -m benchmarks --quick              # a few rounds, for trying out; writes nothing

A group is a module in `benchmarks.groups` with a function `run(bench) -> Section`. A new file
there is a new group; no other change is needed.
Measurements that need a process of their own are programs in `benchmarks.programs`.
"""
