"""The machine that a model is to run on: this one, or a described one."""

from __future__ import annotations

import math
import os
import platform
from dataclasses import dataclass, replace

from registry.errors import MissingExtraError
from registry.fit._gpus import Gpu, find_gpus
from registry.fit._overhead import Device
from registry.fit._processor import bfloat16_of
from registry.limits import cores_allowed, memory_left

_GIB = 2**30
# Less is what a processor's own graphics keep for the screen.
_SMALLEST_GPU = 2 * _GIB
# What Metal lets a GPU use of the memory that it shares: recommendedMaxWorkingSetSize.
_APPLE_SHARE = 0.75
# Of a machine that is described by its memory alone.
USUAL_CORES = 4


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where a model is to run, and in how much memory.

    `memory` is the free bytes on `device`, `cores` the physical cores that may be used, `name` says
    what it is, `notes` what could not be determined. `bfloat16` is the instruction set by which its
    processor multiplies in that format, None without one or if unknown.
    """

    name: str
    device: Device
    memory: int
    cores: int = USUAL_CORES
    notes: tuple[str, ...] = ()
    bfloat16: str | None = None


def machine_with(
    *, vram: int | None = None, ram: int | None = None, cores: int | None = None
) -> Machine:
    """A machine by its free memory in bytes: of its GPU (vram), or its own (ram)."""
    if vram is not None:
        return Machine(name="GPU", device="gpu", memory=vram, cores=cores or USUAL_CORES)
    assert ram is not None
    return Machine(name="CPU", device="cpu", memory=ram, cores=cores or USUAL_CORES)


def this_machine() -> Machine:
    """This machine: its GPU with the most free memory if it has one, else its RAM and cores.

    Free memory is what may be allocated now, within the limits of a container. Several GPUs are not
    added up. Raises MissingExtraError if psutil is not installed.
    """
    try:
        import psutil
    except ModuleNotFoundError:
        raise MissingExtraError("psutil", "cli") from None
    ram = psutil.virtual_memory()
    left = memory_left()
    free = ram.available if left is None else min(ram.available, left)
    cores = _cores(psutil.cpu_count(logical=False))
    gpus, notes = find_gpus()
    if shared := apple_gpu(platform.system(), platform.machine(), ram.total, free):
        gpus = (*gpus, shared)
    return replace(best_machine(gpus, free, cores, notes), bfloat16=bfloat16_of())


def best_machine(
    gpus: tuple[Gpu, ...], ram: int, cores: int, notes: tuple[str, ...] = ()
) -> Machine:
    """The GPU with the most free memory, unless none has 2 GiB; then the processor."""
    best = max(gpus, key=lambda gpu: gpu.free, default=None)
    if best is not None and best.free >= _SMALLEST_GPU:
        return Machine(name=best.name, device="gpu", memory=best.free, cores=cores, notes=notes)
    if best is not None:
        notes = (*notes, f"{best.name} has less than 2 GiB free: the CPU is used instead")
    return Machine(name="CPU", device="cpu", memory=ram, cores=cores, notes=notes)


def apple_gpu(system: str, processor: str, total: int, free: int) -> Gpu | None:
    """The GPU of a Mac with Apple silicon, which shares the machine's memory; else None.

    >>> apple_gpu("Linux", "x86_64", 2**34, 2**33) is None
    True
    """
    if (system, processor) != ("Darwin", "arm64"):
        return None
    usable = int(total * _APPLE_SHARE)
    return Gpu("Apple GPU", usable, min(usable, free))


def _cores(physical: int | None) -> int:
    """Cores that this process may use: physical ones, within its affinity and its quota."""
    allowed = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    cores = min(physical or allowed, allowed)
    quota = cores_allowed()
    return cores if quota is None else max(min(cores, math.ceil(quota)), 1)
