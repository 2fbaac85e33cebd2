"""results.md: the figures for people, one table per kind; the plots are next to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from registry.bench._plots import PLOTS, write_plots
from registry.bench.results import KINDS, BenchMachine, BenchOptions, BenchResults, ModelResult
from registry.bench.tables import CALLS, HEAD, cells
from registry.fit.memory_size import human_memory
from registry_base.atomic_write import write_atomically

NAME = "results.md"

_LEGEND = """\
## How it was measured

Every model in a process of its own: loaded, one run to warm up, then the runs that count. *first*
is the first call after loading; median and 95th percentile are over all calls of all runs; *per
second* is the median of the runs, in batches. *load* does not include the import of the libraries,
which is a figure of its own in results.json. *peak* is the peak resident memory of the process; for
a model on a server, what the server reports.

*check*: three dozen queries, each with one right passage among those of a dozen topics (for a
cross-encoder among eight); the share of queries for which it comes first. For an llm a dozen
beginnings of sentences, and the share that it ends as expected. Below the floor of its kind a
model is damaged, or not the one that it should be; it is not judged where it is not made for
English prose.

*overlap*: with the first backend of the same model, over the best ten passages of each query (for a
cross-encoder the best four of eight).
"""


def write_report(results: BenchResults, folder: Path) -> tuple[Path, ...]:
    """Write results.md and the plots into a folder; returns their paths. Raises OSError."""
    plots = write_plots(results, folder)
    path = folder / NAME
    write_atomically(path, markdown(results, plots=[each.name for each in plots]))
    return (path, *plots)


def markdown(results: BenchResults, *, plots: Iterable[str] = ()) -> str:
    """Results as Markdown; `plots` are the names of the files next to it."""
    return "\n\n".join([*_parts(results, frozenset(plots)), _LEGEND])


def _parts(results: BenchResults, plots: frozenset[str]) -> Iterator[str]:
    yield "# Models on this machine"
    ended = results.finished or "cut short"
    yield f"`registry bench`, {results.started} to {ended}."
    lines = (*_machine(results.machine), _options(results.options), *_business(results.models))
    yield "\n".join(f"- {line}" for line in lines)
    for name, title in PLOTS.items():
        if f"{name}.svg" in plots:
            yield f"![{title}]({name}.svg)"
    for kind in KINDS:
        rows = [row for row in results.of_kind(kind) if row.measurement is not None]
        if rows:
            yield f"## {kind}"
            yield f"{CALLS[kind][:1].upper()}{CALLS[kind][1:]}."
            yield _table(HEAD, map(cells, rows))
    failed = [row for row in results.models if row.status == "failed"]
    if failed:
        yield "## Failed"
        yield _table(
            ("model", "backend", "type", "reason"),
            ((row.id, row.backend or "-", row.kind, row.reason or "") for row in failed),
        )
    skipped = by_reason(results.models)
    if skipped:
        yield "## Skipped"
        yield "\n".join(
            f"- {_cell(reason)} ({len(ids)}): {', '.join(ids)}" for reason, ids in skipped.items()
        )


def by_reason(rows: Iterable[ModelResult]) -> Mapping[str, list[str]]:
    """The ids of skipped models by reason, in the order of the rows."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.status == "skipped":
            found.setdefault(row.reason or "", []).append(row.id)
    return found


def _machine(machine: BenchMachine) -> Iterator[str]:
    cores = f"{machine.cores} cores, " if machine.cores is not None else ""
    yield (
        f"{machine.processor}: {cores}{machine.processors} processors, "
        f"{human_memory(machine.memory)} of memory; {machine.system}"
    )
    yield from machine.accelerators
    yield ", ".join(f"{name} {version}" for name, version in machine.libraries.items())


def _business(rows: Iterable[ModelResult]) -> Iterator[str]:
    """How busy the machine was, because figures of a busy one mean little."""
    loads = [row.measurement.load_average for row in rows if row.measurement is not None]
    if loads:
        yield (
            f"load average when a model began, the one before it included: {min(loads):.1f} "
            f"to {max(loads):.1f}"
        )


def _options(options: BenchOptions) -> str:
    given = [f"device {options.device}", f"{options.runs} runs"]
    if options.backend is not None:
        given.insert(0, f"backend {options.backend}")
    given += [f"beside it {name}" for name in options.beside]
    if options.batch_size is not None:
        given.append(f"batches of {options.batch_size}")
    if options.threads is not None:
        given.append(f"{options.threads} threads")
    if options.quick:
        given.append("quick")
    return ", ".join(given)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table; columns of figures are right-aligned."""
    body = [tuple(map(_cell, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    right = [_is_figure(column) for column in zip(*body, strict=True)]

    def line(row: Iterable[str]) -> str:
        parts = [
            text.rjust(width) if at_right else text.ljust(width)
            for text, width, at_right in zip(row, widths, right, strict=True)
        ]
        return f"| {' | '.join(parts)} |"

    rule = "|".join(
        "-" * (width + 1) + ":" if at_right else "-" * (width + 2)
        for width, at_right in zip(widths, right, strict=True)
    )
    return "\n".join([line(head), f"|{rule}|", *map(line, body)])


def _is_figure(column: tuple[str, ...]) -> bool:
    return all(text == "-" or text[:1].isdigit() for text in column)


def _cell(text: str) -> str:
    """A text that stays in its cell, and is not markup there: it may be a model's own words."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return "".join(f"\\{letter}" if letter in "\\|`*_[]<>" else letter for letter in line)
