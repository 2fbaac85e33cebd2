"""The rows of a run as they come in, kept in results.json if there is a folder for it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from registry.bench._beside import with_overlap
from registry.bench._machine import this_machine
from registry.bench.results import KINDS, BenchOptions, BenchResults, ModelResult
from registry.bench.storing import NAME, read_results, set_aside, write_results
from registry.catalogue.here import catalogue_here
from registry.errors import BenchError, InputError
from registry.files.file_lock import exclusive


class Ledger:
    """Rows of one run. Added rows are on disk when `add` returns."""

    def __init__(self, results: BenchResults, file: Path | None) -> None:
        self._results = results
        self._rows = {row.key: row for row in results.models}
        self._file = file

    def has(self, row: ModelResult) -> bool:
        """Whether it has a row of the same model, which need not be measured again."""
        there = self._rows.get(row.key)
        return there is not None and there.sound and there.is_of(row)

    def row(self, blank: ModelResult) -> ModelResult:
        """The row of a model that a blank row stands for."""
        return self._rows[blank.key]

    def add(self, *rows: ModelResult) -> None:
        """Add rows, replacing those of the same models. Raises OSError."""
        self._rows |= {row.key: row for row in rows}
        self._keep()

    def finish(self) -> BenchResults:
        """The results, complete. Raises OSError."""
        self._results = replace(self._results, finished=_now())
        return self._keep()

    def _keep(self) -> BenchResults:
        self._results = replace(
            self._results, models=_in_order(self._rows, self._results.options.backends)
        )
        if self._file is not None:
            write_results(self._file, self._results)
        return self._results


@contextmanager
def open_ledger(output: Path | None, options: BenchOptions, *, resume: bool) -> Generator[Ledger]:
    """A ledger for the duration of the block, in a folder that is created if missing.

    Existing results are renamed; with `resume`, their sound rows are kept.

    Raises InputError if a file is in the way, BenchError if another run writes there, and
    for results that cannot be resumed: damaged ones, and those of another machine or with other
    options. Raises OSError.
    """
    results = BenchResults(
        started=_now(), finished=None, machine=this_machine(), options=options, models=()
    )
    if output is None:
        yield Ledger(results, None)
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(f"{output}: it is not a directory") from None
    file = output / NAME
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(file, patience=0))
        except TimeoutError:
            raise BenchError(
                f"{output}: another run is writing there; wait for it, or give another --output"
            ) from None
        if resume:
            results = _resumed(file, results)
        else:
            set_aside(file)
        yield Ledger(results, file)


def _resumed(file: Path, fresh: BenchResults) -> BenchResults:
    """The sound earlier results, to be completed; else fresh ones."""
    earlier = read_results(file)
    if earlier is None:
        return fresh
    differences = [
        f"{what} {name} was {then!r} and is {getattr(now, name)!r}"
        for what, old, now in (
            ("machine", earlier.machine, fresh.machine),
            ("option", earlier.options, fresh.options),
        )
        for name in type(now).__dataclass_fields__
        if (then := getattr(old, name)) != getattr(now, name)
    ]
    if differences:
        raise BenchError(
            f"{file}: its figures would not be comparable: {'; '.join(differences)}; "
            "leave out --resume, or give another --output"
        )
    return replace(fresh, started=earlier.started, models=earlier.models)


def _in_order(
    rows: dict[tuple[str, str | None], ModelResult], backends: tuple[str | None, ...]
) -> tuple[ModelResult, ...]:
    """By kind, then as in the catalogue in use; others last, in their order."""
    places = {model.id: place for place, model in enumerate(catalogue_here().models)}
    for row in rows.values():
        places.setdefault(row.id, len(places))

    def place(row: ModelResult) -> tuple[int, int, int]:
        way = backends.index(row.backend) if row.backend in backends else len(backends)
        return KINDS.index(row.kind), places[row.id], way

    return with_overlap(sorted(rows.values(), key=place))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
