"""The overhead of `registry embed` over a simple loop; memory, resuming, two workers over one."""

import subprocess
import sys
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.checkout import ROOT
from benchmarks.processes import measured
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Samples, Spread, spread

_PROGRAM = "benchmarks.programs.embed"
_SMALL, _LARGE = 10_000, 1_000_000


def run(bench: Bench) -> Section:
    """Embed the same passages in every way."""
    weights = bench.workspace.encoders["dense"]
    rows = 128 if bench.quick else 384
    bench.say("embedding in turn")
    said = measured(_PROGRAM, "in-turn", weights, str(rows), str(bench.rounds(4)))
    sides = {side: Samples(dict(enumerate(values))) for side, values in said.items()}
    ratio = sides["bare"].over(sides["ours"])
    bench.say("embedding many rows")
    export = _export(bench.workspace.folder)
    large = _SMALL * 2 if bench.quick else _LARGE
    small_run, large_run = (
        _many(bench.workspace.folder, export, count) for count in (_SMALL, large)
    )
    bench.say("going on")
    resumed = spread(
        [measured(_PROGRAM, "resume", weights, "256")["seconds"] for _ in range(bench.rounds(3))]
    )
    bench.say("embedding on Ray")
    workers = _on_ray(weights, rows if bench.quick else 4 * rows, bench.rounds(3))
    growth = large_run["peak"] / small_run["peak"]
    return Section(
        title="Embedding files",
        about=(
            f"`embed_corpus` on Parquet, {rows} passages with the real all-MiniLM-L6-v2 on one "
            "thread of the CPU, beside the loop that one writes by hand: sentence-transformers' "
            "`encode` in batches of 32 and pyarrow. CPU seconds, loading the model included on "
            "both sides."
        ),
        targets=(
            Target(
                "rows per second, ours over the bare loop",
                "≥ 0.95x",
                f"{ratio.text(digits=3)}x",
                ratio.median >= 0.95,
            ),
            Target(
                f"peak of memory, {large:,} rows over {_SMALL:,}",
                "≤ 1.10x",
                f"{growth:.2f}x",
                growth <= 1.1,
            ),
            Target(
                "Ray, rows per second, two workers of a core over one",
                "≥ 1.7x",
                f"{workers.text(digits=2)}x",
                workers.median >= 1.7,
            ),
        ),
        tables=(
            Table(
                "Memory and rate of a model of two narrow layers",
                ("rows", "peak MiB", "rows per second"),
                tuple(
                    (f"{count:,}", f"{found['peak']:.0f}", f"{found['rate']:,.0f}")
                    for count, found in ((_SMALL, small_run), (large, large_run))
                ),
            ),
            Table(
                "Going on with a run whose last part is missing",
                ("run", "seconds"),
                (("load, check the corpus, embed 64 rows", resumed.text(digits=1)),),
            ),
        ),
        notes=(
            "The small model encodes fast, so that its rate is what all the rest costs: reading, "
            "counting tokens, writing.",
            "On Ray files have 64 rows; the rate is that between the first file and the last, "
            "without its start.",
        ),
    )


def _many(folder: Path, export: str, rows: int) -> dict[str, float]:
    source = measured(_PROGRAM, "corpus", str(folder), str(rows))["path"]
    found: dict[str, float] = measured(_PROGRAM, "memory", export, source)
    return found


def _on_ray(weights: str, rows: int, rounds: int) -> Spread:
    found: list[float] = []
    for number in range(rounds):
        rates = {
            workers: measured(_PROGRAM, "ray", weights, str(rows), str(workers))["rate"]
            for workers in ((1, 2) if number % 2 == 0 else (2, 1))
        }
        found.append(rates[2] / rates[1])
    return spread(found)


def _export(folder: Path) -> str:
    """The export of a tiny model, made in another process to keep torch out of this one."""
    made = folder / "tiny"
    made.mkdir()
    subprocess.run(
        [sys.executable, "-m", "tests.embed_kills", "export", str(made)], cwd=ROOT, check=True
    )
    return str(made / "export")
