"""The machine: figures of two machines, or two releases of torch, are not comparable."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from pathlib import Path

import psutil

from registry.bench.results import BenchMachine
from registry.libraries.versions import library_versions

_PATIENCE = 20.0  # seconds; waking a sleeping driver takes some


def this_machine() -> BenchMachine:
    """Describe the machine and the libraries that models run on here."""
    return BenchMachine(
        processor=_processor(),
        cores=psutil.cpu_count(logical=False),
        processors=psutil.cpu_count() or 1,
        memory=psutil.virtual_memory().total,
        accelerators=_accelerators(),
        system=f"{platform.system()} {platform.release()}",
        libraries=library_versions(),
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        found = re.search(r"^model name\s*: (.+)$", cpuinfo.read_text("utf-8"), re.MULTILINE)
        if found:
            return found[1].strip()
    if platform.system() == "Darwin" and (
        said := _said("sysctl", "-n", "machdep.cpu.brand_string")
    ):
        return said[0]
    return platform.processor() or platform.machine()


def _accelerators() -> tuple[str, ...]:
    """NVIDIA's devices by name. Not from torch, which takes seconds to import."""
    return tuple(_said("nvidia-smi", "--query-gpu=name", "--format=csv,noheader"))


def _said(program: str, *arguments: str) -> list[str]:
    """The lines that a program prints; none if it is missing or fails."""
    path = shutil.which(program)
    if path is None:
        return []
    try:
        done = subprocess.run(
            [path, *arguments], capture_output=True, text=True, check=True, timeout=_PATIENCE
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]
