"""`bench_models`: models in, figures out; a process per model, and no result is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from registry.bench._job import Job
from registry.bench._ways import Way, way_of
from registry.bench.presence import reasons_to_skip, revision_here
from registry.bench.results import KINDS, BenchOptions, BenchResults, Measurement, ModelResult
from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError, MissingExtraError
from registry.models.api import repository_of

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

TIMEOUT = 1800.0
"""Default time limit in seconds for one model: loading, all runs and the check."""

_NEEDED = ("matplotlib", "numpy", "psutil")


def benchable_models(catalogue: CatalogueLike | None = None) -> tuple[Loadable, ...]:
    """Every model of the catalogue of a kind that is measured, in the order of KINDS."""
    here = catalogue_here(catalogue)
    return tuple(
        cast("Loadable", model)
        for kind in KINDS
        for model in here.of_type(kind)
        if model.huggingface_id is not None
    )


def bench_models(
    models: Iterable[Loadable] | None = None,
    *,
    options: BenchOptions | None = None,
    local_paths: Mapping[str, str | Path] | None = None,
    cache_dir: str | Path | None = None,
    timeout: float = TIMEOUT,
    output: str | Path | None = None,
    resume: bool = False,
    done: Callable[[ModelResult], None] | None = None,
) -> BenchResults:
    """Measure models that are on this machine, each in a process of its own; download nothing.

    A model that is not here is a skipped row; one that cannot be loaded, crashes, is killed or
    takes too long is a failed row. Both say why.

    Args:
        models: What to measure, of this or any other registry; else `benchable_models()`.
        options: How to measure.
        local_paths: Id -> a folder, or a .gguf file, to use in place of the Hugging Face cache;
            the folder of an export, for engines, as "ID@ENGINE".
        cache_dir: The Hugging Face cache; by default huggingface_hub's.
        timeout: Time limit per model, in seconds.
        output: A folder for results.json, which is written after each model, and at the end for
            results.md and the plots. An existing results.json is renamed by its time.
        resume: Keep the rows in `output`'s results.json for the same models, and measure the rest,
            including what had failed or ranked below its floor.
        done: Called with every row.

    Raises InputError for models of other kinds, for paths that are not there and for an `output`
    that is not a directory, BackendError for an unknown backend, BenchError for results that
    cannot be resumed, StoreError and ServerUnavailableError if it is unknown what is here,
    MissingExtraError, and OSError if `output` cannot be written.

    ```
    results = bench_models([ALL_MINILM_L6_V2], options=BenchOptions(device="cpu"))
    results.models[0].measurement.latency.median   # seconds
    ```
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            raise MissingExtraError(name, "bench")
    from registry.bench._ledger import open_ledger
    from registry.bench.report import write_report

    how = options or BenchOptions()
    ways = {each: way_of(each) for each in how.backends}
    paths = {key: Path(path).expanduser() for key, path in (local_paths or {}).items()}
    chosen = _chosen(benchable_models() if models is None else models, paths, timeout)
    cache = None if cache_dir is None else Path(cache_dir).expanduser()
    plan = _planned(chosen, ways, how, paths, cache)
    folder = None if output is None else Path(output)
    with open_ledger(folder, how, resume=resume) as ledger:
        ledger.add(*(row for row, job in plan if job is None and not ledger.has(row)))
        for row, job in plan:
            if job is not None and not ledger.has(row):
                ledger.add(_measured(row, job, timeout))
            if done is not None:
                done(ledger.row(row))
        results = ledger.finish()
        if folder is not None:
            write_report(results, folder)
    return results


def _planned(
    chosen: Mapping[str, Loadable],
    ways: Mapping[str | None, Way],
    options: BenchOptions,
    paths: Mapping[str, Path],
    cache: Path | None,
) -> list[tuple[ModelResult, Job | None]]:
    """The row of each model in each way, and the job that fills it; None if it is skipped."""
    found: dict[str, list[tuple[ModelResult, Job | None]]] = {name: [] for name in chosen}
    for backend, way in ways.items():
        given = {name: path for name in chosen if (path := _path_for(name, way, paths))}
        skipped = reasons_to_skip(chosen.values(), way, with_path=given, cache_dir=cache)
        one = replace(options, backend=backend, beside=())
        for name, model in chosen.items():
            path = given.get(name)
            row = replace(_blank(model, one, path), reason=skipped.get(name))
            job = Job.of(model, one, local_path=path, cache_dir=cache)
            found[name].append((row, None if name in skipped else job))
    return [each for rows in found.values() for each in rows]


def _chosen(
    models: Iterable[Loadable], paths: Mapping[str, Path], timeout: float
) -> dict[str, Loadable]:
    """Models by id, if the request makes sense. Raises InputError."""
    chosen = {model.id: model for model in models}
    problems = [
        f"{model.id} is of type {model.kind}; benchmarks cover {', '.join(KINDS)}"
        for model in chosen.values()
        if model.kind not in KINDS
    ]
    problems += [
        f"{model.id} is served by an API; only local models are measured"
        for model in chosen.values()
        if model.huggingface_id is None
    ]
    for name, path in paths.items():
        if name.partition("@")[0] not in chosen:
            problems.append(f"there is a path for {name}, which is not being measured")
        elif not path.exists():
            problems.append(f"{name}: there is no {path}")
    if not timeout > 0:
        problems.append(f"timeout should be above 0 seconds, not {timeout}")
    if problems:
        raise InputError("\n".join(problems))
    return chosen


def _path_for(name: str, way: Way, paths: Mapping[str, Path]) -> Path | None:
    """The folder given for a model and a way; one for the model alone if the way can use it."""
    own = paths.get(f"{name}@{way.backend}")
    common = paths.get(name)
    return own or (common if common is not None and way.takes(common) else None)


def _blank(model: Loadable, options: BenchOptions, path: Path | None) -> ModelResult:
    """The row of a model without its figures."""
    return ModelResult(
        id=model.id,
        kind=model.kind,
        huggingface_id=repository_of(model),
        revision=None if path is not None else revision_here(model, way_of(options.backend)),
        backend=options.backend,
        parameters=getattr(model, "parameter_count", None),
        local_path=None if path is None else str(path.absolute()),
        status="skipped",
    )


def _measured(row: ModelResult, job: Job, timeout: float) -> ModelResult:
    from registry.bench._child import measure_apart

    found = measure_apart(job, timeout=timeout)
    if isinstance(found, Measurement):
        return replace(row, status="measured", measurement=found)
    return replace(row, status=found.status, reason=found.reason.removeprefix(f"{row.id}: "))
