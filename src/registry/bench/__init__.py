"""Measure models on this machine: latency, throughput, memory, and whether they still work.

    _running    bench_models: which models, in which order, into which files
    _ways       a backend and a precision; presence: which models are on this machine
    _child      a job in a process of its own, however that ends
    worker      that process; _job is its task
    _measuring  load one model, warm up, run, check
    _work       one run of each kind of model; _retrieval, _cloze, _floors: its check
    _memory, _machine  how much memory a process uses, and what it runs on
    results     the results, typed; _figures: medians and percentiles
    _ledger     rows as they come in, with _beside; storing: results.json, and back from it
    report      results.md, with tables; _plots: the pictures, with _drawing, _labels

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
