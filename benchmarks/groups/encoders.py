"""The overhead of `load` over the plain library: encoding, time to the first result, memory."""

import time
from collections.abc import Mapping

from benchmarks.bench import Bench
from benchmarks.processes import measured
from benchmarks.programs import SIDES
from benchmarks.programs.encode import BATCH_SIZE
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Samples, Spread, spread

_PASSAGES = 2 * BATCH_SIZE
_MODELS = {
    "dense": "all-MiniLM-L6-v2",
    "sparse": "a SPLADE of two layers",
    "colbert": "MiniLM with a random projection",
    "cross-encoder": "MiniLM with a random head",
}
_PROGRAM = "benchmarks.programs.encode"
_OURS, _BARE = SIDES

# kind -> measurement -> side -> samples
_Found = dict[str, dict[str, dict[str, Samples]]]


def run(bench: Bench) -> Section:
    """Encode with both sides in turn in one process, and start each in fresh processes."""
    bench.say("making the checkpoints")
    folders = bench.workspace.encoders
    bench.say("starting processes for a first result")
    fresh = _fresh(folders, 1 if bench.quick else 3)
    bench.say("encoding in turn")
    warm = {kind: _in_turn(kind, folder, bench.rounds(6)) for kind, folder in folders.items()}
    return Section(
        title="Encoders",
        about=(
            "`load(...)` beside sentence-transformers' own class on the same checkpoint and "
            f"device: the same passages in batches of {BATCH_SIZE}, one thread, on the CPU. CPU "
            "time of the process (user and system), which is what an idle machine takes; a fresh "
            "process also by the clock."
        ),
        targets=_targets(warm, fresh),
        tables=(_throughput(warm), _first_result(fresh), _memory(fresh)),
        notes=(
            f"{'; '.join(f'{kind}: {what}' for kind, what in _MODELS.items())}. Weights that "
            "nobody has trained take as long as others.",
            "Passages are descriptions of the catalogue, joined: about 50 words on average. A "
            "cross-encoder scores them against one query; its single query is one pair.",
            "A first result is the vector of one query, with the start of Python, all imports and "
            "the load; ours has read what is on disk and encoded a text of its own before.",
            "Peaks are of resident memory: torch and the library take most of it on both sides.",
        ),
    )


def _fresh(folders: Mapping[str, str], rounds: int) -> _Found:
    found: _Found = {kind: {} for kind in folders}
    for number in range(rounds):
        for kind, folder in folders.items():
            for side in SIDES if number % 2 == 0 else reversed(SIDES):
                began = str(time.monotonic())
                said: dict[str, float] = measured(
                    _PROGRAM, "first", kind, folder, side, str(_PASSAGES), began
                )
                for what, value in said.items():
                    sides = found[kind].setdefault(what, {each: Samples() for each in SIDES})
                    sides[side].by_round[number] = value
    return found


def _in_turn(kind: str, folder: str, rounds: int) -> dict[str, dict[str, Samples]]:
    """In two processes, because the placement of weights in memory affects speed by a percent."""
    found = {what: {side: Samples() for side in SIDES} for what in ("documents", "query")}
    for turn, loaded_first in enumerate(SIDES):
        said: dict[str, dict[str, list[float]]] = measured(
            _PROGRAM, "in-turn", kind, folder, loaded_first, str(_PASSAGES), str(rounds)
        )
        for what, sides in found.items():
            for side, samples in sides.items():
                samples.by_round.update(enumerate(said[side][what], turn * rounds))
    return found


def _targets(warm: _Found, fresh: _Found) -> tuple[Target, ...]:
    """Over all kinds together: one alone is not measured precisely enough for its target."""
    passages = _over(_BARE, _OURS, [found["documents"] for found in warm.values()])
    starts = _over(_OURS, _BARE, [found["cpu"] for found in fresh.values()])
    return (
        Target(
            "passages per second, ours over bare",
            "≥ 0.98x",
            f"{passages.text(digits=3)}x",
            passages.median >= 0.98,
        ),
        Target(
            "first result of a process, ours over bare",
            "≤ 1.05x",
            f"{starts.text(digits=3)}x",
            starts.median <= 1.05,
        ),
    )


def _over(side: str, base: str, found: list[dict[str, Samples]]) -> Spread:
    return spread(
        [
            sides[side].by_round[number] / sides[base].by_round[number]
            for sides in found
            for number in sides[side].by_round
        ]
    )


def _throughput(warm: _Found) -> Table:
    return Table(
        "Passages per second, and a single query",
        (
            "kind",
            "ours per second",
            "bare per second",
            "ours over bare",
            "ms per query",
            "bare ms per query",
            "over bare",
        ),
        tuple(
            (
                kind,
                f"{_PASSAGES / found['documents'][_OURS].median:.1f}",
                f"{_PASSAGES / found['documents'][_BARE].median:.1f}",
                f"{found['documents'][_BARE].over(found['documents'][_OURS]).text(digits=3)}x",
                found["query"][_OURS].spread.text(1e3),
                found["query"][_BARE].spread.text(1e3),
                f"{found['query'][_OURS].over(found['query'][_BARE]).median:.2f}x",
            )
            for kind, found in warm.items()
        ),
    )


def _first_result(fresh: _Found) -> Table:
    return Table(
        "The first result of a process",
        (
            "kind",
            "CPU seconds",
            "bare CPU seconds",
            "over bare",
            "seconds",
            "bare seconds",
            "over bare",
        ),
        tuple(
            (kind, *_pair(found["cpu"]), *_pair(found["clock"])) for kind, found in fresh.items()
        ),
    )


def _memory(fresh: _Found) -> Table:
    return Table(
        "Peak memory of a process, MiB",
        (
            "kind",
            "first result",
            "bare",
            "over bare",
            f"{_PASSAGES} passages",
            "bare",
            "over bare",
        ),
        tuple(
            (kind, *_pair(found["loaded"], 0), *_pair(found["peak"], 0))
            for kind, found in fresh.items()
        ),
    )


def _pair(sides: Mapping[str, Samples], digits: int = 2) -> tuple[str, str, str]:
    """Ours, plain, and the ratio of ours to plain."""
    return (
        sides[_OURS].spread.text(digits=digits),
        sides[_BARE].spread.text(digits=digits),
        f"{sides[_OURS].over(sides[_BARE]).text(digits=3)}x",
    )
