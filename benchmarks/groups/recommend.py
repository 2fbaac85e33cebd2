"""The cost of a recommendation, which must not import any library that runs models."""

import sys
from functools import partial

from benchmarks.bench import Bench
from benchmarks.processes import cpu_seconds, output
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, interleaved

_HEAVY = ("numpy", "torch", "transformers", "sentence_transformers", "huggingface_hub")
_QUESTIONS: dict[str, tuple[str, ...]] = {
    "`registry recommend` (this machine)": (),
    "`registry recommend --vram 24GB`": ("--vram", "24GB"),
    "`registry recommend --task chat --vram 8GB`": ("--task", "chat", "--vram", "8GB"),
    "`registry recommend --tiers`": ("--tiers",),
}
_COMMAND = (sys.executable, "-m", "registry", "recommend")
_LOADED = f"""
import runpy, sys
sys.argv = ["registry", "recommend"]
try:
    runpy.run_module("registry", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", *(name for name in {_HEAVY!r} if name in sys.modules))
"""


def run(bench: Bench) -> Section:
    """Ask every question in turn, each in a fresh process."""
    programs: dict[str, tuple[str, ...]] = {"python -c pass": (sys.executable, "-c", "pass")}
    programs |= {name: (*_COMMAND, *options) for name, options in _QUESTIONS.items()}
    for program in programs.values():
        output(program)  # must succeed, and warms up caches
    heavy = output([sys.executable, "-c", _LOADED]).splitlines()[-1].split()[1:]
    samples = interleaved(
        {name: Case(partial(cpu_seconds, argv)) for name, argv in programs.items()},
        bench.rounds(25),
    )
    longest = max(samples[name].median for name in _QUESTIONS if "--tiers" not in name)
    return Section(
        title="Recommendations",
        about=(
            "`registry recommend` over all models of the registry: CPU time of the whole command, "
            "the start of Python included."
        ),
        targets=(
            Target("one task, one machine", "≤ 0.3 s", f"{longest:.2f} s", longest <= 0.3),
            Target("heavy libraries it loads", "none", ", ".join(heavy) or "none", not heavy),
        ),
        tables=(
            Table(
                "A recommendation",
                ("command", "CPU ms"),
                tuple((name, samples[name].spread.text(1e3)) for name in programs),
            ),
        ),
        notes=(f"Heavy are {', '.join(_HEAVY)}.",),
    )
