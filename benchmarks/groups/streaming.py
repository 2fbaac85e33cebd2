"""How soon a language model's answer begins, compared with plain transformers."""

from benchmarks.bench import Bench
from benchmarks.processes import measured
from benchmarks.programs import SIDES
from benchmarks.report import Section, Table
from benchmarks.timing import Samples

_TOKENS = 8


def run(bench: Bench) -> Section:
    """Stream with both sides in turn, on a network that is loaded once."""
    bench.say("loading Gemma 3 270M")
    folder = str(bench.workspace.folder)
    found: dict[str, dict[str, list[dict[str, float]]]] = measured(
        "benchmarks.programs.stream", folder, str(_TOKENS), str(bench.rounds(9))
    )
    return Section(
        title="Streaming",
        about=(
            "`TextGenerator.stream` of Gemma 3 270M (a .gguf file, computed in float32) beside "
            "`generate` in a thread with a `TextIteratorStreamer`, on the same network and "
            "tokenizer, greedy, one thread, on the CPU. From the text of the prompt to the first "
            "piece, and to the end of the answer. No target was set for these."
        ),
        tables=(
            Table(
                "Milliseconds from the prompt",
                ("prompt", "ours", "bare", "over bare", "over bare, CPU time"),
                tuple(
                    _row(f"{prompt}, {name}", when, sides)
                    for prompt, sides in found.items()
                    for when, name in (("first", "first piece"), ("all", f"{_TOKENS} tokens"))
                ),
            ),
        ),
        notes=(
            "Both sides give the same text. Milliseconds are on the clock, where a busy machine "
            "shows; the last column is of CPU time.",
        ),
    )


def _row(name: str, when: str, sides: dict[str, list[dict[str, float]]]) -> tuple[str, ...]:
    (ours, bare), (ours_cpu, bare_cpu) = (
        [
            Samples(dict(enumerate(times[f"{when}, {how}"] for times in sides[side])))
            for side in SIDES
        ]
        for how in ("clock", "cpu")
    )
    return (
        name,
        ours.spread.text(1e3, digits=0),
        bare.spread.text(1e3, digits=0),
        f"{ours.over(bare).text(digits=2)}x",
        f"{ours_cpu.over(bare_cpu).text(digits=2)}x",
    )
