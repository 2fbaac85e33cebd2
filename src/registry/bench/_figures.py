"""From single measurements to the figures that are shown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from registry.bench.results import Latency


def latency(first: float, samples: Sequence[float]) -> Latency:
    """Summarize calls, in seconds; `first` is the one right after loading, not in `samples`."""
    return Latency(
        first=first,
        median=statistics.median(samples),
        p95=p95(samples),
        samples=len(samples),
    )


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile of at least one number, interpolated.

    >>> p95([1.0, 2.0, 3.0])
    2.9
    """
    if len(samples) == 1:
        return samples[0]
    return statistics.quantiles(samples, n=20, method="inclusive")[-1]
