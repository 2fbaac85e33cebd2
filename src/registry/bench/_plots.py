"""The figures as pictures, PNG and SVG: speed against size, and memory.

The same figures give the same bytes, whatever matplotlibrc says on this machine.
"""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from registry.bench.results import BenchResults
from registry.bench.tables import taken
from registry_base.atomic_write import write_atomically

PLOTS = {
    "speed": "Throughput against the number of parameters",
    "memory": "Memory, by model",
}
"""The plots by the name of their files, without the suffix, with their titles."""

# Without the time of writing and the writer's version.
_METADATA = {"png": {"Software": None}, "svg": {"Date": None}}
_SETTINGS = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.dpi": 150,
    "font.size": 9,
    "grid.alpha": 0.4,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "savefig.dpi": 150,
    "svg.hashsalt": "registry bench",
}


def write_plots(results: BenchResults, folder: Path) -> tuple[Path, ...]:
    """Write the plots for which there are figures; returns their paths. Raises OSError.

    Plots of an earlier run without a successor are removed.
    """
    from matplotlib.figure import Figure

    from registry.bench._drawing import draw_memory, draw_speed

    rows = [(row, row.measurement) for row in results.models if row.measurement is not None]
    sized = [row for row in rows if row[0].parameters]
    weighed = [row for row in rows if taken(row[1]) is not None]
    written: list[Path] = []
    untyped: Any = import_module("matplotlib")  # its types are partial
    with untyped.rc_context():
        untyped.rcdefaults()
        untyped.rcParams.update(_SETTINGS)
        for name, draw, shown in (("speed", draw_speed, sized), ("memory", draw_memory, weighed)):
            files = {kind: folder / f"{name}.{kind}" for kind in _METADATA}
            if shown:
                figure: Any = Figure(layout="constrained")
                draw(figure, shown, PLOTS[name])
                written += (_save(figure, kind, path) for kind, path in files.items())
            else:
                for path in files.values():
                    path.unlink(missing_ok=True)
    return tuple(written)


def _save(figure: Any, kind: str, path: Path) -> Path:
    content = BytesIO()
    figure.savefig(content, format=kind, metadata=_METADATA[kind])
    write_atomically(path, content.getvalue())
    return path
