"""Measure models on this machine: latency, throughput, memory, and whether they still work.

    running.py      bench_models: which models, in which order, into which files
    presence.py     which of them are on this machine
    child.py        a job in a process of its own, however that ends
    worker.py       that process; job.py is its task
    measuring.py    load one model, warm up, run, check
    work.py         one run of each kind of model; retrieval.py, cloze.py, floors.py its check
    memory.py, machine.py   how much memory a process uses, and what it runs on
    results.py      the results, typed; figures.py medians and percentiles
    ledger.py       rows as they come in; storing.py results.json, json_form.py back from it
    report.py       results.md, with tables.py; plots.py the pictures, with drawing.py, labels.py

Needs the extra `bench`, and the extras of the backends that run the models.
"""

from registry.bench._running import bench_models, benchable_models
from registry.bench.results import (
    KINDS,
    BenchMachine,
    BenchOptions,
    BenchResults,
    Check,
    Latency,
    Measurement,
    Memory,
    ModelResult,
    Throughput,
)

__all__ = [
    "KINDS",
    "BenchMachine",
    "BenchOptions",
    "BenchResults",
    "Check",
    "Latency",
    "Measurement",
    "Memory",
    "ModelResult",
    "Throughput",
    "bench_models",
    "benchable_models",
]
