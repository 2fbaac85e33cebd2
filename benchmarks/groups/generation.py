"""How long compiling a catalogue takes, and whether that grows linearly."""

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.catalogues import shipped_size
from benchmarks.checkout import GENERATOR, use_checkout
from benchmarks.processes import output
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, Samples, interleaved

use_checkout()

_LARGE = 10_000
_BASE = 1_000

# Runs in a fresh process: imports, then the first and the second compilation.
_FIRST_CALL = """
import json, pathlib, sys, time
clock = time.process_time
catalogue, *sys.path[:0] = sys.argv[1:]
catalogue = pathlib.Path(catalogue)
start = clock()
from registry_codegen.compile import compile_catalogue
from registry_codegen.options import Options
imported = clock()
options = Options(root=catalogue.parent, catalogue=catalogue.name)
compile_catalogue(options)
first = clock()
compile_catalogue(options)
print(json.dumps([imported - start, first - imported, clock() - first]))
"""


def run(bench: Bench) -> Section:
    """Compile catalogues of four sizes in this process, and two in fresh ones."""
    sizes = (100, shipped_size(), _BASE, _LARGE)
    paths = {size: bench.workspace.catalogue(size) for size in sizes}
    cases = {
        str(size): Case(_compilation(path), every=4 if size == _LARGE else 1)
        for size, path in paths.items()
    }
    cases["100"].measure()  # loads templates and validators; their cost is in the table below
    samples = interleaved(cases, bench.rounds(20))
    base = samples[str(_BASE)]
    growth = {size: samples[str(size)].over(base) for size in sizes}
    rows = tuple(
        (
            f"{size:,}{' (shipped)' if size == shipped_size() else ''}",
            samples[str(size)].spread.text(1e3),
            f"{samples[str(size)].median / size * 1e3:.3f}",
            f"{growth[size].median:.2f}",
            f"{growth[size].median / (size / _BASE):.2f}",
        )
        for size in sizes
    )
    first = {size: _first_calls(paths[size], bench.rounds(9)) for size in sizes[:2]}
    hundred, hundred_first = samples["100"], first[100][1]
    linear = growth[_LARGE].median / (_LARGE / _BASE)
    targets = (
        Target("100 models", "≤ 100 ms", _ms(hundred), hundred.median <= 0.100),
        Target("100 models, the aim", "40 ms", _ms(hundred), hundred.median <= 0.040),
        Target(
            "100 models, the first call of a process",
            "≤ 100 ms",
            _ms(hundred_first),
            hundred_first.median <= 0.100,
        ),
        Target("10,000 models, per model, over 1,000", "≤ 1.3x", f"{linear:.2f}x", linear <= 1.3),
    )
    return Section(
        title="Generation",
        about=(
            "`compile_catalogue`: from the path of a models.json to the text of the module, "
            "read, validated, rendered; without the start of a process and without writing. CPU "
            "time of the process, which is what an idle machine takes."
        ),
        targets=targets,
        tables=(
            Table(
                "Warm calls",
                ("models", "ms", "ms per model", "over 1,000", "per model, over 1,000"),
                rows,
            ),
            Table(
                "The first call of a process",
                ("models", "ms to import the generator", "ms first call", "ms second call"),
                tuple(
                    (f"{size:,}", *(samples.spread.text(1e3) for samples in stages))
                    for size, stages in first.items()
                ),
            ),
        ),
        notes=(
            "A build makes one call, so the first one is what its user waits for; it also loads "
            "templates, schema, language and license tables.",
            "Fewer models than shipped are a sample spread over the real catalogue, more are "
            "copies of its entries under names of their own (`benchmarks/catalogues.py`).",
        ),
    )


def _compilation(path: Path) -> Callable[[], float]:
    from registry_codegen.compile import compile_catalogue
    from registry_codegen.options import Options

    options = Options(root=path.parent, catalogue=path.name)

    def measure() -> float:
        gc.collect()  # otherwise a small case pays for the garbage of a large one
        start = time.process_time()
        compile_catalogue(options)
        return time.process_time() - start

    return measure


def _first_calls(path: Path, rounds: int) -> tuple[Samples, Samples, Samples]:
    stages = (Samples(), Samples(), Samples())
    for number in range(rounds):
        said = output([sys.executable, "-c", _FIRST_CALL, str(path), *GENERATOR])
        for samples, seconds in zip(stages, json.loads(said), strict=True):
            samples.by_round[number] = seconds
    return stages


def _ms(samples: Samples) -> str:
    return f"{samples.median * 1e3:.1f} ms"
