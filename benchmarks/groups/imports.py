"""The cost of importing a registry in a fresh process, compared with third-party packages."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.catalogues import shipped, shipped_size
from benchmarks.environments import Environment
from benchmarks.processes import cpu_seconds, output
from benchmarks.report import Section, Table, Target
from benchmarks.timing import Case, Samples, interleaved
from benchmarks.workspace import package_name

_LARGE = 10_000
_LISTED = 340  # models; the target for listing all refers to this number
_BARE = "python -c pass"
_SINGLE = {
    "one constant": "from {package} import BGE_M3",
    "one look-up": "from {package} import get_model; get_model('bge-m3')",
}


@dataclass(frozen=True)
class _Program:
    """A row of the table: the program to start, and how often."""

    models: str
    argv: list[str]
    every: int = 1

    def case(self) -> Case:
        """How to measure it."""
        return Case(lambda: cpu_seconds(self.argv), self.every)


def run(bench: Bench) -> Section:
    """Start every program in turn; CPU time in excess of `python -c pass`."""
    bench.say("building and installing the wheel")
    compiled, uncompiled = bench.workspace.compiled, bench.workspace.uncompiled
    context = {
        _BARE: _program(compiled, "pass"),
        "import enum": _program(compiled, "import enum"),
        "import dataclasses": _program(compiled, "import dataclasses"),
    }
    ours = {
        **_registries(compiled),
        "registry: a query by ModelType": _program(
            compiled,
            "from registry import ModelType, models_by_type; models_by_type(ModelType.Dense)",
            models=shipped_size(),
        ),
        **_registries(uncompiled, "no .pyc: ", "-B"),
    }
    found = list(peers.installed()) if bench.peers else []
    others = {
        f"{each.peer.name} {each.version}": _peer(each)
        for each in found
        if isinstance(each, peers.Installed)
    }
    programs = {**context, **ours, **others}
    for program in programs.values():
        output(program.argv)  # must succeed, and warms up caches
    bench.say(f"starting {len(programs)} programs in turn")
    samples = interleaved(
        {name: program.case() for name, program in programs.items()}, bench.rounds(40)
    )
    listed = samples[_listing(_LISTED)].over(samples[_BARE]).median
    return Section(
        title="Imports",
        about=(
            "CPU time (user and system) of a fresh process in a virtual environment that holds "
            'nothing but the package, over that of `python -c pass` there. "List all, one '
            'look-up" is `from PACKAGE import MODEL_REGISTRY, get_model`, a list of its values '
            "and a `get_model` of a literal."
        ),
        targets=(
            *_single_targets(samples),
            Target(
                f"import, list all, one look-up, {_LISTED} models",
                "≤ 1.8x",
                f"{listed:.2f}x",
                listed <= 1.8,
            ),
        ),
        tables=(
            _table("This package", {**context, **ours}, samples),
            *([_peer_table(others, found, samples)] if found else []),
        ),
        notes=(
            '"no .pyc": started with `-B`, no cache for the package; the standard library\'s '
            "own caches are there, as in a container image. Python then compiles the module at "
            "every start.",
            "`ModelType` is made, and `enum` imported, when a program first asks for it; a "
            "program that queries by type pays for both.",
            "Fewer models than shipped are a sample, more are copies under names of their own.",
            *_absences(found, bench),
        ),
    )


def _listing(size: int, prefix: str = "") -> str:
    return f"{prefix}{package_name(size)}: list all, one look-up"


def _single(size: int, use: str, prefix: str = "") -> str:
    return f"{prefix}{package_name(size)}: {use}"


def _single_targets(samples: dict[str, Samples]) -> Iterator[Target]:
    """One constant or one look-up, as most programs use a registry."""
    for prefix, limits in (("", (1.6, 2.0)), ("no .pyc: ", (3.0, 3.0))):
        for size, limit in zip((shipped_size(), _LARGE), limits, strict=True):
            for use in _SINGLE:
                ratio = samples[_single(size, use, prefix)].over(samples[_BARE]).median
                yield Target(
                    f"{prefix}import and {use}, {size:,} models",
                    f"≤ {limit:.1f}x",
                    f"{ratio:.2f}x",
                    ratio <= limit,
                )


def _registries(environment: Environment, prefix: str = "", *flags: str) -> dict[str, _Program]:
    programs: dict[str, _Program] = {}
    some_id = shipped()["models"][0]["id"]
    for size in (_LISTED, shipped_size(), 1_000, _LARGE):
        package = package_name(size)
        every = (10 if prefix else 2) if size == _LARGE else 1
        listing = (
            f"from {package} import MODEL_REGISTRY, get_model\n"
            f"list(MODEL_REGISTRY)\nget_model({some_id!r})"
        )
        name = f"{prefix}import {package}"
        programs[name] = _program(environment, f"import {package}", *flags, models=size)
        for use, text in _SINGLE.items() if size != _LISTED else ():
            programs[_single(size, use, prefix)] = _program(
                environment, text.format(package=package), *flags, models=size
            )
        programs[_listing(size, prefix)] = _program(
            environment, listing, *flags, models=size, every=every
        )
    return programs


def _program(
    environment: Environment, program: str, *flags: str, models: int = 0, every: int = 1
) -> _Program:
    argv = [str(environment.python), *flags, "-c", program]
    return _Program(f"{models:,}" if models else "", argv, every)


def _peer(each: peers.Installed) -> _Program:
    return _Program(f"{each.models:,}", each.argv, every=4 if each.peer.name == "mteb" else 1)


def _table(title: str, programs: dict[str, _Program], samples: dict[str, Samples]) -> Table:
    return Table(
        title,
        ("program", "models", "CPU ms", "over `pass`", "ms more than `pass`", "rounds"),
        tuple(_row(name, program, samples) for name, program in programs.items()),
    )


def _row(name: str, program: _Program, samples: dict[str, Samples]) -> tuple[str, ...]:
    own, bare = samples[name], samples[_BARE]
    return (
        name if name.startswith(("python", "no .pyc")) else f"`{name}`",
        program.models,
        own.spread.text(1e3),
        f"{own.over(bare).text(digits=2)}x",
        f"{own.less(bare).median * 1e3:,.1f}",
        str(own.spread.count),
    )


def _peer_table(
    programs: dict[str, _Program],
    found: list[peers.Installed | peers.Absent],
    samples: dict[str, Samples],
) -> Table:
    ours = samples[_listing(shipped_size())].over(samples[_BARE]).median
    earlier = {peer.name: peer.earlier for peer in peers.PEERS}
    rows = [
        (
            name,
            program.models,
            samples[name].spread.text(1e3),
            f"{samples[name].over(samples[_BARE]).text()}x",
            f"{earlier[name.split()[0]]:.0f}x",
            f"{samples[name].over(samples[_BARE]).median / ours:,.1f}",
        )
        for name, program in programs.items()
    ]
    rows += [
        (each.peer.name, "", "not measured", "", f"{each.peer.earlier:.0f}x", "")
        for each in found
        if isinstance(each, peers.Absent)
    ]
    return Table(
        "Packages of others: import and list all models",
        ("package", "models", "CPU ms", "over `pass`", "found earlier", "times ours"),
        tuple(rows),
    )


def _absences(found: list[peers.Installed | peers.Absent], bench: Bench) -> list[str]:
    if not bench.peers:
        return ["The packages of others were left out with `--no-peers`."]
    return [
        f"{each.peer.name} was not measured: {each.reason}"
        for each in found
        if isinstance(each, peers.Absent)
    ]
