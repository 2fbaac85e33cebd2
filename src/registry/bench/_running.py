"""`bench_models`: models in, figures out; a process a model, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from registry.backends import backend_names, get_backend
from registry.bench._job import Job
from registry.bench.presence import reasons_to_skip, revision_here
from registry.bench.results import KINDS, BenchOptions, BenchResults, Measurement, ModelResult
from registry.catalogue.here import catalogue_here
from registry.catalogue.places import CatalogueLike
from registry.errors import InputError, MissingExtraError
from registry.models.api import repository_of

if TYPE_CHECKING:
    from registry.models.kinds import Loadable

TIMEOUT = 1800.0
"""Seconds for one model, unless told otherwise: loading, all runs and the check."""

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
        models: What to measure, of this registry or of anybody's; else `benchable_models()`.
        options: How to measure.
        local_paths: Id -> a folder, or a .gguf file, to use in place of the Hugging Face cache.
        cache_dir: The Hugging Face cache, unless it is where huggingface_hub has it.
        timeout: Seconds for one model.
        output: A folder for results.json, which is written after each model, and at the end for
            results.md and the plots. A results.json that is there is renamed by its time.
        resume: Keep what results.json in `output` has of the same models, and measure the rest:
            also what had failed, and what ranked below its floor.
        done: Called with every row.

    Raises InputError for models of other kinds, for paths that are not there and for an `output`
    that is no folder, BackendError for an unknown backend, BenchError for results that cannot be
    resumed, StoreError and ServerUnavailableError where nobody can say what is here,
    MissingExtraError, and OSError where `output` cannot be written.

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
    if how.backend is not None and how.backend not in backend_names():
        get_backend(how.backend)  # which says so, and which name may be meant
    paths = {key: Path(path).expanduser() for key, path in (local_paths or {}).items()}
    chosen = _chosen(benchable_models() if models is None else models, paths, timeout)
    cache = None if cache_dir is None else Path(cache_dir).expanduser()
    skipped = reasons_to_skip(chosen.values(), how.backend, with_path=paths, cache_dir=cache)
    folder = None if output is None else Path(output)
    with open_ledger(folder, how, resume=resume) as ledger:
        blank = {name: _blank(each, how, paths.get(name)) for name, each in chosen.items()}
        missing = [name for name, row in blank.items() if not ledger.has(row)]
        ledger.add(
            *(replace(blank[name], reason=skipped[name]) for name in missing if name in skipped)
        )
        for name, model in chosen.items():
            if name in missing and name not in skipped:
                job = Job.of(model, how, local_path=paths.get(name), cache_dir=cache)
                ledger.add(_measured(blank[name], job, timeout))
            if done is not None:
                done(ledger.row(name))
        results = ledger.finish()
        if folder is not None:
            write_report(results, folder)
    return results


def _chosen(
    models: Iterable[Loadable], paths: Mapping[str, Path], timeout: float
) -> dict[str, Loadable]:
    """Models by id, if everything that was asked for makes sense. Raises InputError."""
    chosen = {model.id: model for model in models}
    problems = [
        f"{model.id} is of type {model.kind}; measured are {', '.join(KINDS)}"
        for model in chosen.values()
        if model.kind not in KINDS
    ]
    problems += [
        f"{model.id} is served by an API; measured is what runs here"
        for model in chosen.values()
        if model.huggingface_id is None
    ]
    for name, path in paths.items():
        if name not in chosen:
            problems.append(f"there is a path for {name}, which is not to be measured")
        elif not path.exists():
            problems.append(f"{name}: there is no {path}")
    if not timeout > 0:
        problems.append(f"timeout should be above 0 seconds, not {timeout}")
    if problems:
        raise InputError("\n".join(problems))
    return chosen


def _blank(model: Loadable, options: BenchOptions, path: Path | None) -> ModelResult:
    """The row of a model without its figures."""
    return ModelResult(
        id=model.id,
        kind=model.kind,
        huggingface_id=repository_of(model),
        revision=None if path is not None else revision_here(model, options.backend),
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
