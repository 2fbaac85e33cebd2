"""The memory of a process, in bytes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import psutil


def resident() -> int:
    """The resident memory of this process.

    >>> 0 < resident() <= peak()
    True
    """
    return int(psutil.Process().memory_info().rss)


def peak() -> int:
    """The peak resident memory of this process."""
    status = Path("/proc/self/status")
    if status.is_file():  # getrusage starts with the parent's figure
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text("ascii"), re.MULTILINE)
        if found:
            return int(found[1]) << 10
    usage: Any = psutil.Process().memory_info()  # its fields depend on the system
    if hasattr(usage, "peak_wset"):  # Windows
        return int(usage.peak_wset)
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest << 10


def of_server(backend: str, model: object) -> int | None:
    """The memory that an Ollama server reports for a model; other servers report none."""
    tag: object = getattr(model, "ollama_tag", None)
    if backend != "ollama" or not isinstance(tag, str):
        return None
    from registry.ollama.models import running_memory

    return running_memory(tag)


def device_peak() -> int | None:
    """The peak allocation of torch on its CUDA device; None if it has used none."""
    torch: Any = sys.modules.get("torch")  # not imported for this
    if torch is None or not torch.cuda.is_available() or not torch.cuda.is_initialized():
        return None
    return int(torch.cuda.max_memory_allocated())
