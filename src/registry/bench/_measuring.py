"""Measure one model in this process: load it, warm up, run, check."""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil

from registry.backends import default_backend, get_backend
from registry.backends.devices import choose_device
from registry.bench._figures import latency
from registry.bench._job import Job
from registry.bench._memory import device_peak, peak, resident
from registry.bench._work import work_of
from registry.bench.results import Measurement, Memory, Throughput
from registry.loading.load import load

# What our backends import late, in `load`: timed on its own, for it is the same for every model.
_LIBRARIES = {
    "sentence-transformers": ("sentence_transformers",),
    "transformers": ("torch", "transformers"),
}
_SERVERS = ("ollama", "openai")


def measure(job: Job, stage: Callable[[str], None]) -> Measurement:
    """Measure a model; `stage` is told what is being done. Raises what `load` and models raise."""
    model, options = job.loadable(), job.options
    backend = options.backend or default_backend(model.kind)
    load_average = psutil.getloadavg()[0]
    stage("loading")
    import_seconds = _import(backend, model.kind)
    _use_threads(options.threads)
    before = resident()
    start = time.perf_counter()
    untyped: Any = load  # its overloads want the kind of model, which only this run knows
    loaded = untyped(model, **_arguments(job))
    load_seconds = time.perf_counter() - start
    in_memory = resident()
    stage("measuring")
    work = work_of(loaded, model, batch_size=options.batch_size, quick=options.quick)
    warm_up = work.run(0)  # whole, so that what counts has nothing left to set up
    samples = [work.run(number) for number in range(1, 1 + options.runs)]
    stage("checking")
    check, output = work.check(), work.output()
    return Measurement(
        backend=backend,
        device=_device(backend, options.device),
        threads=_threads(backend),
        load_average=load_average,
        import_seconds=import_seconds,
        load_seconds=load_seconds,
        latency=latency(
            warm_up.latencies[0], [each for sample in samples for each in sample.latencies]
        ),
        throughput=Throughput(
            unit=work.unit,
            per_second=statistics.median(each.amount / each.seconds for each in samples),
            runs=len(samples),
            amount=samples[-1].amount,
            batch_size=work.batch_size,
        ),
        memory=Memory(before=before, loaded=in_memory, peak=peak(), device_peak=device_peak()),
        check=check,
        output=output,
    )


def _arguments(job: Job) -> dict[str, Any]:  # of `load`, which types them
    given = {
        "backend": job.options.backend,
        "device": job.options.device,
        "local_path": job.local_path,
        "cache_dir": job.cache_dir,
        "local_files_only": True,
    }
    return {name: value for name, value in given.items() if value is not None}


def _import(backend: str, kind: str) -> float:
    """Import what the backend will, and say how long that took."""
    start = time.perf_counter()
    get_backend(backend)
    if backend == default_backend(kind):  # another one refuses this kind before it imports them
        for name in _LIBRARIES[backend]:
            with suppress(ModuleNotFoundError):  # `load` says which extra has it
                importlib.import_module(name)
    return time.perf_counter() - start


def _torch(backend: str) -> Any:  # the module, or None where it does not run the model
    return None if backend in _SERVERS else sys.modules.get("torch")


def _use_threads(count: int | None) -> None:
    torch: Any = sys.modules.get("torch")
    if count is not None and torch is not None:
        torch.set_num_threads(count)


def _threads(backend: str) -> int | None:
    torch = _torch(backend)
    return None if torch is None else int(torch.get_num_threads())


def _device(backend: str, wanted: str) -> str:
    """Where the model ran, as far as anybody but the backend can know."""
    if backend in _SERVERS:
        return "server"
    torch = _torch(backend)
    if torch is None:
        return wanted
    device = choose_device(wanted)
    if device.startswith("cuda"):
        return f"{device} ({torch.cuda.get_device_name(device)})"
    return device
