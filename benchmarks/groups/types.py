"""What type checkers find in programs that use the generated types, and at what cost."""

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import catalogues
from benchmarks.bench import Bench
from benchmarks.checked_programs import PYREFLY_LIMIT, Programs, programs_for
from benchmarks.checkers import Checker, Errors, checkers
from benchmarks.report import Section, Table
from benchmarks.timing import Case, Samples, interleaved

_NOTHING = "a program that imports nothing"
_SIZES: dict[str, Callable[[], dict[str, Any]]] = {
    "{shipped} models": catalogues.shipped,
    "257 dense ones": partial(catalogues.of_type, "dense", 257),
    "1,001 models": partial(catalogues.of_size, 1_001),
    "5,000 models": partial(catalogues.of_size, 5_000),
}


@dataclass
class _Check:
    """One checker on one folder of programs, and its latest result."""

    checker: Checker
    programs: Programs
    files: list[str]
    cpu: list[float] = field(default_factory=list[float])
    errors: Errors = field(default_factory=dict[str, set[int]])

    def measure(self) -> float:
        """Check with an empty cache."""
        programs = self.programs
        self.errors, done = self.checker.check(programs.folder, self.files, programs.python)
        self.cpu.append(done.cpu)
        return done.wall

    def found(self) -> str:
        """How many of the marked lines it reports, and how many others."""
        every = {(name, line) for name, marks in self.programs.marks.items() for line in marks}
        said = {(name, line) for name, lines in self.errors.items() for line in lines}
        others = f", and {len(said - every)} sound ones" if said - every else ""
        return f"{len(said & every)} of {len(every)}{others}"


def run(bench: Bench) -> Section:
    """Check programs with registries of several sizes, with each checker in turn."""
    present = checkers(others=bench.peers)
    checks = {
        (checker.name, subject): check
        for subject, programs in _subjects(bench.workspace.folder / "types").items()
        for checker in present
        for check in [_Check(checker, programs, _files(subject, programs))]
    }
    samples = interleaved(
        {json.dumps(key): Case(check.measure) for key, check in checks.items()},
        bench.rounds(2),
    )
    sizes = [name.format(shipped=catalogues.shipped_size()) for name in _SIZES]
    return Section(
        title="Type checkers",
        about=(
            "The programs of `tests/types`: what is right in them, every checker has to accept; "
            "each line that is marked as a mistake, it has to refuse. Each checker is at its "
            "strict setting and begins with an empty cache; the registry is an installed package. "
            "No target was set for the time."
        ),
        tables=(
            Table(
                "Mistakes found",
                ("checker", *sizes),
                tuple(
                    (
                        f"{checker.name} {checker.version}",
                        *(checks[checker.name, size].found() for size in sizes),
                    )
                    for checker in present
                ),
            ),
            Table(
                "Seconds",
                ("checker", _NOTHING, *sizes),
                tuple(
                    (checker.name, *_seconds(checker, [_NOTHING, *sizes], checks, samples))
                    for checker in present
                ),
            ),
        ),
        notes=(
            "In parentheses, the CPU seconds of all threads.",
            "Up to 1,000 models `get_model` has an overload for each type, split so that no "
            "Literal in it is longer than 256 texts; above that it has one union of all ids, and "
            "there is a getter for each type.",
            f"To pyrefly a union of more than {PYREFLY_LIMIT:,} texts is Any. Where there are more "
            "models, it sees a misspelled id only through the getters and ids of one type "
            "(`get_dense_model`, `DenseModelId`).",
            "pyrefly without a configuration checks by its preset `basic`, which lets wrong "
            'arguments pass; `preset = "strict"` or `"default"` finds them.',
        ),
    )


def _subjects(folder: Path) -> dict[str, Programs]:
    made = {
        name.format(shipped=catalogues.shipped_size()): programs_for(folder / str(number), data())
        for number, (name, data) in enumerate(_SIZES.items())
    }
    first = next(iter(made.values()))
    (first.folder / "nothing.py").write_text("print()\n", "utf-8")
    return {_NOTHING: first, **made}


def _files(subject: str, programs: Programs) -> list[str]:
    return ["nothing.py"] if subject == _NOTHING else programs.files


def _seconds(
    checker: Checker,
    subjects: list[str],
    checks: dict[tuple[str, str], _Check],
    samples: dict[str, Samples],
) -> list[str]:
    return [
        f"{samples[json.dumps([checker.name, subject])].median:.1f} "
        f"({statistics.median(checks[checker.name, subject].cpu):.1f})"
        for subject in subjects
    ]
