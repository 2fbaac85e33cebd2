"""Figures as a person reads them: one row per model, the same columns for every kind."""

from __future__ import annotations

from registry.bench.results import Check, Kind, Measurement, ModelResult

HEAD = (
    "model", "backend", "parameters", "first ms", "median ms", "p95 ms", "per second", "load s",
    "peak MiB", "check", "overlap", "output",
)  # fmt: skip

CALLS: dict[Kind, str] = {
    "dense": "latency of one query; texts per second",
    "sparse": "latency of one query; texts per second",
    "colbert": "latency of one query; texts per second",
    "cross-encoder": "latency of one query against ten passages; pairs per second",
    "llm": "latency of the first piece of text; tokens per second after that",
}
"""What the columns of latency and throughput are about, by kind."""


def cells(row: ModelResult) -> tuple[str, ...]:
    """A row under HEAD; for a model without figures, the reason is its output."""
    found = row.measurement
    parameters = count(row.parameters)
    if found is None:
        blank = ("-" for _ in HEAD[3:-1])
        return (row.id, row.backend or "-", parameters, *blank, f"{row.status}: {row.reason}")
    return (
        row.id,
        row.backend or found.backend,
        parameters,
        _milliseconds(found.latency.first),
        _milliseconds(found.latency.median),
        _milliseconds(found.latency.p95),
        digits(found.throughput.per_second),
        digits(found.load_seconds),
        "-" if (size := taken(found)) is None else f"{size / 2**20:,.0f}",
        _check(found.check),
        "-" if row.overlap is None else f"{row.overlap:.1%}",
        _output(found),
    )


def taken(found: Measurement) -> int | None:
    """Peak bytes of a model, or those that its server reports; None if unknown."""
    return found.server_memory if found.memory is None else found.memory.peak


def digits(value: float) -> str:
    """Three digits of a number, however large.

    >>> digits(0.012345), digits(12.345), digits(12345.6)
    ('0.0123', '12.3', '12,346')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def count(parameters: float | None) -> str:
    """Parameters as people write them.

    >>> count(22_713_216), count(None)
    ('22.7M', '-')
    """
    if parameters is None:
        return "-"
    for unit, size in (("B", 10**9), ("M", 10**6), ("K", 10**3)):
        if parameters >= size:
            return f"{digits(parameters / size)}{unit}"
    return digits(parameters)


def _milliseconds(seconds: float) -> str:
    return digits(seconds * 1000)


def _check(check: Check) -> str:
    verdict = {True: "", False: f" below {check.floor}", None: " not judged"}[check.passed]
    return f"{check.accuracy:.2f}{verdict}"


def _output(found: Measurement) -> str:
    said = [f"{name} {value}" for name, value in found.output.items()]
    if found.memory is not None and found.memory.device_peak is not None:
        said.append(f"{found.memory.device_peak / 2**20:,.0f} MiB on the device")
    return ", ".join(said)
