"""What type checkers pay for the generated types: for a program that uses them, and for the
generated module itself.
"""

import importlib.util
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.catalogues import shipped_size
from benchmarks.processes import ChildError, finish, output
from benchmarks.report import Section, Table
from benchmarks.timing import Case, Samples, interleaved
from benchmarks.workspace import package_name

_EMPTY = "a program that imports nothing"
_CHECKERS = ("mypy", "pyright")

# What a user writes: constants, ids, aliases, queries. It must be free of errors.
_CONSUMER = """\
from {package} import COLBERT_V2, ModelType, find_model, find_models, get_model, models_by_type

width: int = COLBERT_V2.embedding_dim
name: str = get_model("colbert-v2").name
widths = [model.embedding_dim for model in models_by_type(ModelType.Dense)]
found = find_model("miniLM", model_type=ModelType.Dense)
licence = None if found is None else found.license
german = [model.id for model in find_models(model_type=ModelType.Dense, language="de")]
print(width, name, widths, licence, german)
"""


@dataclass
class _Check:
    """One checker on one file, and what it said last time."""

    argv: Callable[[Path], list[str]]
    folder: Path
    cpu: list[float] = field(default_factory=list[float])
    errors: str = ""

    def measure(self) -> float:
        """Check it with an empty cache."""
        with tempfile.TemporaryDirectory(dir=self.folder) as cache:
            done = finish(self.argv(Path(cache)), cwd=self.folder)
        counts = re.findall(r"\b(\d+) errors?\b", done.said[-500:]) or ["0"]
        self.errors = counts[-1]
        if done.code not in (0, 1) or (done.code == 1) != (self.errors != "0"):
            raise ChildError(done.said.strip()[-500:])
        self.cpu.append(done.cpu)
        return done.wall


def run(bench: Bench) -> Section:
    """Check each file with each checker in turn."""
    from registry_codegen.assemble import MAX_OVERLOADED_IDS

    sizes = (shipped_size(), 1_000, 5_000)
    present = [name for name in _CHECKERS if importlib.util.find_spec(name)]
    checks = {
        (checker, subject): check
        for checker in present
        for subject, check in _checks(bench, checker, sizes)
    }
    samples = interleaved(
        {json.dumps(key): Case(check.measure) for key, check in checks.items()},
        bench.rounds(3),
    )
    tables = [
        _table(
            f"{checker} {_version(checker)}",
            {
                subject: (samples[json.dumps([name, subject])], check)
                for (name, subject), check in checks.items()
                if name == checker
            },
        )
        for checker in present
    ]
    absent = sorted(set(_CHECKERS) - set(present))
    return Section(
        title="Type checkers",
        about=(
            "Wall time of a checker in strict mode with an empty cache. The program uses a "
            "constant, an id, an alias and two queries of an installed package; the module is "
            "the generated file itself, which only its own project checks. No target was set for "
            "these."
        ),
        tables=tuple(tables),
        notes=(
            f"Up to {MAX_OVERLOADED_IDS:,} models `get_model` has an overload for each type; "
            "above that it has one union of all ids, and there is a getter for each type.",
            *(f"{name} was not measured: it is not installed" for name in absent),
        ),
    )


def _checks(bench: Bench, checker: str, sizes: tuple[int, ...]) -> Iterator[tuple[str, _Check]]:
    folder = bench.workspace.folder / checker
    folder.mkdir()
    python = bench.workspace.compiled.python
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    files = {_EMPTY: ("empty.py", "print()\n")}
    for size in sizes:
        package = package_name(size)
        files[f"a program, {size:,} models"] = (
            f"uses_{package}.py",
            _CONSUMER.format(package=package),
        )
    for size in sizes:
        files[f"the module, {size:,} models"] = (
            f"generated_{size}",
            "",
        )
    for subject, (name, text) in files.items():
        file = folder / name
        if text:
            file.write_text(text, "utf-8")
        else:
            bench.workspace.package(folder, name, size=int(name.rpartition("_")[2]))

        def argv(cache: Path, file: Path = file) -> list[str]:
            if checker == "mypy":
                options = ["--strict", "--config-file=", f"--cache-dir={cache}"]
                return [*_module(checker), *options, f"--python-executable={python}", str(file)]
            return [*_module(checker), f"--pythonpath={python}", str(file)]

        yield subject, _Check(argv, folder)


def _module(checker: str) -> list[str]:
    return [sys.executable, "-m", checker]


def _version(checker: str) -> str:
    said = re.search(r"\d+(\.\d+)+", output([*_module(checker), "--version"]))
    return said[0] if said else ""


def _table(title: str, subjects: dict[str, tuple[Samples, _Check]]) -> Table:
    empty = subjects[_EMPTY][0]
    return Table(
        title,
        ("checked", "seconds", "CPU seconds", "seconds more than for nothing", "errors"),
        tuple(
            (
                subject,
                samples.spread.text(),
                f"{statistics.median(check.cpu):.1f}",
                "" if subject == _EMPTY else f"{samples.less(empty).median:.1f}",
                check.errors,
            )
            for subject, (samples, check) in subjects.items()
        ),
    )
