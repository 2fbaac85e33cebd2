"""What is on the plots. Kinds differ in color and in shape; sizes and speeds are logarithmic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from registry.bench._labels import place_labels
from registry.bench.results import KINDS, Measurement, ModelResult
from registry.bench.tables import count, digits, taken

# Objects of matplotlib, whose own types are partial and no use to a strict checker.
Figure: TypeAlias = Any
Axis: TypeAlias = Any
Line: Any = Line2D

# Okabe and Ito's palette, which color-blind people can distinguish.
_LOOKS: dict[str, tuple[str, str]] = {
    "dense": ("#0072B2", "o"),
    "sparse": ("#E69F00", "s"),
    "colbert": ("#009E73", "^"),
    "cross-encoder": ("#D55E00", "D"),
    "llm": ("#CC79A7", "v"),
}
_UNITS = ("texts", "pairs", "tokens")
_WIDTH = 8.5  # inches
_LONG = 300  # times the smallest value: then numbers between powers of ten would touch

Row = tuple[ModelResult, Measurement]


def draw_speed(figure: Figure, rows: Sequence[Row], title: str) -> None:
    """Units per second against parameters: a panel per unit, because units are not comparable."""
    by_unit = {unit: [row for row in rows if row[1].throughput.unit == unit] for unit in _UNITS}
    by_unit = {unit: here for unit, here in by_unit.items() if here}
    heights = [2.2 + 0.07 * len(here) for here in by_unit.values()]
    figure.set_size_inches(_WIDTH, 0.8 + sum(heights))
    panels = figure.subplots(len(by_unit), 1, squeeze=False, sharex=True, height_ratios=heights)
    for (unit, here), axes in zip(by_unit.items(), panels[:, 0], strict=True):
        for kind in KINDS:
            points = [_point(row) for row in here if row[0].kind == kind]
            if points:
                color, shape = _LOOKS[kind]
                sizes, speeds = zip(*points, strict=True)
                axes.scatter(sizes, speeds, c=color, marker=shape, s=36, label=kind)
        axes.set_ylabel(f"{unit} per second")
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlim(_around([_point(row)[0] for row in rows], 2.5))
        axes.set_ylim(_around([_point(row)[1] for row in here], 2.5))
        _ticks(axes.xaxis, count)
        _ticks(axes.yaxis, digits)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    panels[0, 0].set_title(title, loc="left")
    panels[-1, 0].set_xlabel("parameters")
    figure.draw_without_rendering()  # names are placed at the points' final positions
    figure.set_layout_engine("none")  # so that nothing moves afterwards
    for here, axes in zip(by_unit.values(), panels[:, 0], strict=True):
        place_labels(axes, [_point(row) for row in here], [row.label for row, _ in here])


def draw_memory(figure: Figure, rows: Sequence[Row], title: str) -> None:
    """A line per model, from the process before loading to its peak."""
    ordered = sorted(rows, key=lambda row: taken(row[1]) or 0)
    figure.set_size_inches(_WIDTH, 1.3 + 0.24 * len(ordered))
    axes = figure.subplots()
    for place, (row, found) in enumerate(ordered):
        color, shape = _LOOKS[row.kind]
        before, loaded, peak = _sizes(found)
        axes.plot([before, peak], [place, place], color=color, linewidth=1.2)
        axes.plot([before], [place], color=color, marker="|", markersize=8)
        axes.plot(
            [loaded], [place], color=color, marker=shape, markerfacecolor="white", markersize=5
        )
        axes.plot([peak], [place], color=color, marker=shape, markersize=6)
    axes.set_yticks(range(len(ordered)), [row.label for row, _ in ordered])
    axes.set_ylim(-0.7, len(ordered) - 0.3)
    axes.set_xlabel("GiB")
    axes.set_xscale("log")
    axes.set_xlim(_around([size for _, found in rows for size in _sizes(found)], 1.3))
    _ticks(axes.xaxis, digits)
    axes.set_title(title, loc="left")
    kinds = [kind for kind in KINDS if any(row.kind == kind for row, _ in ordered)]
    handles = [
        Line([], [], color=_LOOKS[kind][0], marker=_LOOKS[kind][1], label=kind) for kind in kinds
    ]
    grey = "#555555"
    handles += [
        Line([], [], color=grey, marker="|", linestyle="", label="before loading"),
        Line([], [], color=grey, marker="o", markerfacecolor="white", linestyle="", label="loaded"),
        Line([], [], color=grey, marker="o", linestyle="", label="peak"),
    ]
    axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _point(row: Row) -> tuple[float, float]:
    return float(row[0].parameters or 0), row[1].throughput.per_second


def _sizes(found: Measurement) -> tuple[float, float, float]:
    """GiB before loading, loaded, and at the peak; for a server its only figure."""
    memory, most = found.memory, (taken(found) or 0) / 2**30
    if memory is None:
        return most, most, most
    return memory.before / 2**30, memory.loaded / 2**30, most


def _around(values: Sequence[float], times: float) -> tuple[float, float]:
    """Limits with room for names; never so narrow that a small difference looks large."""
    return min(values) / times, max(values) * times


def _ticks(axis: Axis, text: Callable[[float], str]) -> None:
    """Ticks as numbers that people read: 1, 2, 5, 10 ..., or powers of ten on a long axis."""
    low, high = axis.get_view_interval()
    steps = (1.0, 2.0, 5.0) if high < _LONG * low else (1.0,)
    axis.set_major_locator(LogLocator(subs=steps, numticks=12))

    def at(value: float, _: int | None) -> str:
        return text(value)

    axis.set_major_formatter(FuncFormatter(at))
    axis.set_minor_formatter(NullFormatter())
