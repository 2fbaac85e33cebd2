"""Interleaved timing: every case once per round, so that disturbances affect all of them.

Figures are medians. A ratio is the median of the ratios within rounds, which a slow drift of
the machine's speed does not affect. The spread shown is the middle half (first to third
quartile).
"""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# Takes one measurement and returns it, in seconds.
Measure = Callable[[], float]


@dataclass(frozen=True)
class Case:
    """Something to measure. A slow case may take part only in each `every`-th round."""

    measure: Measure
    every: int = 1


@dataclass(frozen=True)
class Spread:
    """A median and the middle half around it."""

    median: float
    low: float
    high: float
    count: int

    def text(self, scale: float = 1.0, digits: int = 1) -> str:
        """`12.3 (12.1 to 12.9)`, after multiplying by `scale`."""
        low, high = self.low * scale, self.high * scale
        return f"{self.median * scale:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


@dataclass
class Samples:
    """The measurements of one case, by round."""

    by_round: dict[int, float] = field(default_factory=dict[int, float])

    @property
    def spread(self) -> Spread:
        """Median and quartiles."""
        return spread(list(self.by_round.values()))

    @property
    def median(self) -> float:
        """Only the median."""
        return self.spread.median

    def over(self, base: "Samples") -> Spread:
        """The ratio to `base`, round by round."""
        common = [number for number in self.by_round if number in base.by_round]
        return spread([self.by_round[number] / base.by_round[number] for number in common])

    def less(self, base: "Samples") -> Spread:
        """The difference from `base`, round by round."""
        common = [number for number in self.by_round if number in base.by_round]
        return spread([self.by_round[number] - base.by_round[number] for number in common])


def spread(values: list[float]) -> Spread:
    """Median and quartiles of measurements; with fewer than four, the extremes."""
    if len(values) < 4:
        return Spread(statistics.median(values), min(values), max(values), len(values))
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, low, high, len(values))


def interleaved(cases: Mapping[str, Case], rounds: int) -> dict[str, Samples]:
    """Measure every case `rounds` times in turn, in reverse order every other round.

    A case that runs every n-th round takes part in at least three.
    """
    samples = {name: Samples() for name in cases}
    order = list(cases)
    for number in range(rounds):
        for name in order if number % 2 == 0 else reversed(order):
            every = min(cases[name].every, max(1, rounds // 3))
            if number % every == 0:
                samples[name].by_round[number] = cases[name].measure()
    return samples
