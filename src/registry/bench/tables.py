"""Figures as a person reads them: one row a model, the same columns for every kind."""

from __future__ import annotations

from registry.bench.results import Check, Kind, Measurement, ModelResult

HEAD = (
    "model", "parameters", "first ms", "median ms", "p95 ms", "a second", "load s", "peak MiB",
    "check", "output",
)  # fmt: skip

CALLS: dict[Kind, str] = {
    "dense": "latency of one query; texts a second",
    "sparse": "latency of one query; texts a second",
    "colbert": "latency of one query; texts a second",
    "cross-encoder": "latency of one query against ten passages; pairs a second",
    "llm": "latency of the first piece of text; tokens a second after that",
}
"""What the columns of latency and throughput are about, by kind."""


def cells(row: ModelResult) -> tuple[str, ...]:
    """A row under HEAD; of a model without figures, the reason is its output."""
    found = row.measurement
    parameters = count(row.parameters)
    if found is None:
        return (row.id, parameters, *("-" for _ in HEAD[2:-1]), f"{row.status}: {row.reason}")
    return (
        row.id,
        parameters,
        _milliseconds(found.latency.first),
        _milliseconds(found.latency.median),
        _milliseconds(found.latency.p95),
        digits(found.throughput.per_second),
        digits(found.load_seconds),
        f"{found.memory.peak / 2**20:,.0f}",
        _check(found.check),
        _output(found),
    )


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
    if found.memory.device_peak is not None:
        said.append(f"{found.memory.device_peak / 2**20:,.0f} MiB on the device")
    return ", ".join(said)
