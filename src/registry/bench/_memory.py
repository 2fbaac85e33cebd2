"""What a process takes, in bytes."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import psutil


def resident() -> int:
    """What this process has in memory now.

    >>> 0 < resident() <= peak()
    True
    """
    return int(psutil.Process().memory_info().rss)


def peak() -> int:
    """The most that this process has had in memory."""
    status = Path("/proc/self/status")
    if status.is_file():  # the figure of getrusage begins with what the parent had
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text("ascii"), re.MULTILINE)
        if found:
            return int(found[1]) << 10
    usage: Any = psutil.Process().memory_info()  # its fields depend on the system
    if hasattr(usage, "peak_wset"):  # Windows
        return int(usage.peak_wset)
    import resource

    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest << 10


def device_peak() -> int | None:
    """The most that torch has had allocated on its CUDA device; None if it has used none."""
    torch: Any = sys.modules.get("torch")  # not imported for this
    if torch is None or not torch.cuda.is_available() or not torch.cuda.is_initialized():
        return None
    return int(torch.cuda.max_memory_allocated())
