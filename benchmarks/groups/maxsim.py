"""MaxSim, ours and the plain library's: time and memory."""

from benchmarks.bench import Bench
from benchmarks.processes import measured
from benchmarks.programs import SIDES
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Samples

_PROGRAM = "benchmarks.programs.maxsim"
_QUERIES, _DOCUMENTS = (1, 32), 1_000
_OURS, _BARE = SIDES


def run(bench: Bench) -> Section:
    """Score with both sides in turn in one process; measure memory in fresh ones."""
    folder = bench.workspace.encoders["colbert"]
    times = {count: _in_turn(folder, count, bench.rounds(15)) for count in _QUERIES}
    peaks = {
        count: {
            side: f"{measured(_PROGRAM, 'memory', folder, str(count), str(_DOCUMENTS), side):.0f}"
            for side in SIDES
        }
        for count in _QUERIES
    }
    largest = _QUERIES[-1]
    ratio = times[largest][_OURS].over(times[largest][_BARE]).median
    return Section(
        title="MaxSim",
        about=(
            f"`MultiVectorEncoder.similarity` of queries and {_DOCUMENTS:,} documents, 128 "
            "dimensions, beside the method of that name in sentence-transformers. One thread, "
            "on the CPU; CPU time of the process. Both sides give the same scores."
        ),
        targets=(Target(f"{largest} queries, over bare", "≤ 1.0x", f"{ratio:.2f}x", ratio <= 1.0),),
        tables=(
            Table(
                "Milliseconds a call, and what it adds to the peak of memory",
                ("queries", "ms", "bare ms", "over bare", "MiB", "bare MiB"),
                tuple(
                    (
                        str(count),
                        times[count][_OURS].spread.text(1e3),
                        times[count][_BARE].spread.text(1e3),
                        f"{times[count][_OURS].over(times[count][_BARE]).text(digits=2)}x",
                        peaks[count][_OURS],
                        peaks[count][_BARE],
                    )
                    for count in _QUERIES
                ),
            ),
        ),
        notes=(
            "Random unit vectors: queries of 32 tokens, documents of 16 to 180, 80 on average. "
            "Ours takes arrays and the library tensors, as the encoder of each gives them.",
            "A peak that lies below that of loading the library is not seen: 0 MiB is little, "
            "not nothing.",
        ),
    )


def _in_turn(folder: str, count: int, rounds: int) -> dict[str, Samples]:
    found: dict[str, list[float]] = measured(
        _PROGRAM, "in-turn", folder, str(count), str(_DOCUMENTS), str(rounds)
    )
    return {side: Samples(dict(enumerate(found[side]))) for side in SIDES}
