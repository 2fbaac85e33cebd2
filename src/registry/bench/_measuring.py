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
from registry.backends.threads import chosen_threads
from registry.bench._figures import latency
from registry.bench._job import Job
from registry.bench._memory import device_peak, of_server, peak, resident
from registry.bench._ways import way_of
from registry.bench._work import work_of
from registry.bench.results import Measurement, Memory, Throughput
from registry.exports.export import ENGINES
from registry.loading.load import load

# What our backends import late, in `load`: timed separately because it is the same for all models.
_LIBRARIES = {
    "sentence-transformers": ("sentence_transformers",),
    "transformers": ("torch", "transformers"),
}
_SERVERS = ("ollama", "openai")


def measure(job: Job, stage: Callable[[str], None]) -> Measurement:
    """Measure a model, reporting each step to `stage`. Raises what `load` and models raise."""
    model, options = job.loadable(), job.options
    way = way_of(options.backend)
    backend = way.backend or default_backend(model.kind)
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
    warm_up = work.run(0)  # a complete run, so that the measured ones have nothing left to set up
    samples = [work.run(number) for number in range(1, 1 + options.runs)]
    stage("checking")
    check, output = work.check(), work.output()
    return Measurement(
        backend=backend,
        device=_device(backend, options.device),
        threads=_threads(backend, options.threads),
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
        # The memory of a server's client says nothing about the model.
        memory=None if backend in _SERVERS else _memory(before, in_memory),
        server_memory=of_server(backend, model),
        check=check,
        output=output,
    )


def _memory(before: int, loaded: int) -> Memory:
    return Memory(before=before, loaded=loaded, peak=peak(), device_peak=device_peak())


def _arguments(job: Job) -> dict[str, Any]:  # of `load`, which types them
    way = way_of(job.options.backend)
    given = {
        **way.arguments(),
        "device": job.options.device,
        "threads": job.options.threads if way.engine is not None else None,
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
        for name in _LIBRARIES.get(backend, ()):
            with suppress(ModuleNotFoundError):  # `load` says which extra has it
                importlib.import_module(name)
    return time.perf_counter() - start


def _torch(backend: str) -> Any:  # the module, or None if it does not run the model
    return None if backend in _SERVERS else sys.modules.get("torch")


def _use_threads(count: int | None) -> None:
    torch: Any = sys.modules.get("torch")
    if count is not None and torch is not None:
        torch.set_num_threads(count)


def _threads(backend: str, wanted: int | None) -> int | None:
    if backend in ENGINES:
        return chosen_threads(wanted)
    torch = _torch(backend)
    return None if torch is None else int(torch.get_num_threads())


def _device(backend: str, wanted: str) -> str:
    """Where the model ran, as far as code other than the backend can know."""
    if backend in _SERVERS:
        return "server"
    if backend in ENGINES:
        return "cpu"
    torch = _torch(backend)
    if torch is None:
        return wanted
    device = choose_device(wanted)
    if device.startswith("cuda"):
        return f"{device} ({torch.cuda.get_device_name(device)})"
    return device
