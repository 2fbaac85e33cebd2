"""`registry bench`: how fast the models here are, what they take, and whether they still work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from registry.catalogue.here import Catalogue
from registry.cli.options.catalogue import CatalogueOption, catalogue_for
from registry.cli.options.named_model import wanted
from registry.cli.options.parameters import AsJson, OfType
from registry.cli.options.stores import CacheDir
from registry.cli.terminal.failure import PROBLEM, USAGE, CommandError
from registry.cli.terminal.output import (
    counted,
    inform,
    on_terminal,
    plain,
    write,
    write_json,
    write_rich,
    write_styled,
)
from registry.cli.terminal.progress import progress
from registry.cli.terminal.table import write_rows

if TYPE_CHECKING:
    from rich.table import Table

    from registry.bench import BenchResults
    from registry.models.kinds import Loadable

_RUNS, _QUICK_RUNS = 10, 3
_ON_SCREEN = ("median ms", "p95 ms", "per second", "load s", "peak MiB", "check")

Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Models to measure; by default every model on this machine."),
]
LocalPath = Annotated[
    list[str] | None,
    typer.Option(
        "--local-path",
        metavar="ID=PATH",
        help="A folder or .gguf file instead of the cache; ID@ENGINE=PATH for an export.",
    ),
]
Backend = Annotated[
    list[str] | None,
    typer.Option(
        "--backend",
        metavar="NAME[:PRECISION]",
        help="Backend; by default the usual one for the model type. Several are shown side by "
        "side: openvino:bf16.",
    ),
]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1, mps.")]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs", min=1, help=f"Runs per model; default {_RUNS}, or {_QUICK_RUNS} with --quick."
    ),
]
BatchSize = Annotated[
    int | None,
    typer.Option("--batch-size", min=1, help="Texts per batch; by default as registered."),
]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads to use; by default all.")
]
Quick = Annotated[bool, typer.Option("--quick", help="Fewer and smaller runs, to try it out.")]
Timeout = Annotated[
    float, typer.Option("--timeout", min=1, help="Time limit per model, in seconds.")
]
Output = Annotated[Path, typer.Option("--output", metavar="DIR", help="Folder for the results.")]
Resume = Annotated[
    bool, typer.Option("--resume", help="Continue a run with the same options where it ended.")
]


def bench(
    keys: Keys = None,
    of_type: OfType = None,
    local_path: LocalPath = None,
    backend: Backend = None,
    device: Device = "auto",
    runs: Runs = None,
    batch_size: BatchSize = None,
    threads: Threads = None,
    quick: Quick = False,
    timeout: Timeout = 1800,
    output: Output = Path("outputs/bench"),
    resume: Resume = False,
    catalogue: CatalogueOption = None,
    cache_dir: CacheDir = None,
    as_json: AsJson = False,
) -> None:
    """Measure the models on this machine, each in its own process.

    Latency, throughput, memory and time to load; and a small check that tells whether a model
    still ranks passages, or ends sentences, as it should. Nothing is downloaded. Writes
    results.json after each model, and results.md and plots (PNG, SVG) at the end. Fails if a model
    fails or is below the floor of its check; with IDs, also if one is not here. In a pipe one line
    per model and backend, tab-separated: type, id, backend, parameters, first, median and 95th
    percentile of the latency in ms, units per second, seconds to load, peak memory in MiB, check,
    overlap, output or reason. Overlap is the share of the best passages that the first backend
    given finds too.

    Example: registry bench all-minilm-l6-v2 --quick
    """
    from registry.bench import BenchOptions, bench_models

    here = catalogue_for(catalogue)
    backends = backend or []
    models = _models(here, keys, of_type, backends)
    options = BenchOptions(
        backend=backends[0] if backends else None,
        beside=tuple(backends[1:]),
        device=device,
        runs=runs or (_QUICK_RUNS if quick else _RUNS),
        batch_size=batch_size,
        threads=threads,
        quick=quick,
    )
    paths = dict(_local_path(here, given, of_type) for given in local_path or ())
    try:
        with progress(len(models) * len(options.backends), "measuring") as advance:
            results = bench_models(
                models,
                options=options,
                local_paths=paths,
                cache_dir=cache_dir,
                timeout=timeout,
                output=output,
                resume=resume,
                done=lambda _: advance(),
            )
    except KeyboardInterrupt:
        inform(f"stopped; the results so far are in {output}, and --resume continues from there")
        raise
    if as_json:
        from registry.bench.storing import to_json

        write_json(to_json(results))
    else:
        _show(results, skipped=bool(keys))
    inform(f"results are in {output}")
    asked = {model.id for model in models}
    rows = [row for row in results.models if row.id in asked]
    if any(not row.sound and (keys or row.status != "skipped") for row in rows):
        raise typer.Exit(PROBLEM)


def _models(
    here: Catalogue, keys: list[str] | None, of_type: str | None, backends: list[str]
) -> list[Loadable]:
    from registry.backends import backend_names
    from registry.bench import KINDS, benchable_models
    from registry.bench.presence import is_known_to

    if keys:
        # A model of a kind that is not measured is refused by name, with all the others.
        found = {(model := wanted(here, key, of_type)).id: model for key in keys}
        return [cast("Loadable", model) for model in found.values()]
    if of_type is not None and of_type not in KINDS:
        raise CommandError(f"{of_type} models are not measured; there are {', '.join(KINDS)}")
    for name in (each.partition(":")[0] for each in backends):
        if name in backend_names() and not is_known_to(name):
            raise CommandError(f"cannot list the models that {name} serves; name them", USAGE)
    return [model for model in benchable_models(here.given_as) if of_type in (None, model.kind)]


def _local_path(here: Catalogue, given: str, of_type: str | None) -> tuple[str, str]:
    key, separator, path = given.partition("=")
    if not (separator and path):
        raise CommandError(f"--local-path {given!r} should be ID=PATH", USAGE)
    name, at, backend = key.partition("@")
    return f"{wanted(here, name, of_type).id}{at}{backend}", path


def _show(results: BenchResults, *, skipped: bool) -> None:
    from registry.bench import KINDS
    from registry.bench.report import by_reason
    from registry.bench.tables import CALLS, HEAD, cells

    rows = [row for row in results.models if skipped or row.status != "skipped"]
    if not on_terminal():
        write_rows(("type", *HEAD), [(row.kind, *cells(row)) for row in rows])
    else:
        for kind in KINDS:
            of_kind = [cells(row) for row in rows if row.kind == kind and row.measurement]
            if of_kind:
                write_styled([(kind, "bold"), (f": {CALLS[kind]}\n", "")])
                write_rich(_table(of_kind, side_by_side=len(results.options.backends) > 1))
                write("\n")
        without = [
            (row.label, f"{row.status}: {row.reason}") for row in rows if not row.measurement
        ]
        write_rows(("model", "without figures"), without, {"model": "cyan"})
    for reason, ids in by_reason(results.models).items():
        inform(f"{counted(ids, 'model')} skipped: {reason}")


def _table(rows: list[tuple[str, ...]], *, side_by_side: bool) -> Table:
    """What fits on a screen; the rest is in the files."""
    from rich import box
    from rich.table import Table

    from registry.bench.tables import HEAD

    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        collapse_padding=True,
        header_style="bold",
    )
    # Where it is narrow, an id and a check go on in the next line; no figure is ever cut.
    table.add_column("model", style="cyan", overflow="fold", vertical="bottom")
    if side_by_side:
        table.add_column("backend", overflow="fold", vertical="bottom")
    titles = (*_ON_SCREEN, "overlap") if side_by_side else _ON_SCREEN
    for title in titles:
        table.add_column(
            title.replace(" ", "\n"), justify="right", vertical="bottom", no_wrap=title != "check"
        )
    for row in rows:
        named = dict(zip(HEAD, row, strict=True))
        first = ("model", "backend") if side_by_side else ("model",)
        table.add_row(*(plain(named[title]) for title in (*first, *titles)))
    return table
