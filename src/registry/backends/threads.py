"""How many threads compute: as requested, else as many as this process may keep busy."""

from __future__ import annotations

import math
import os

from registry.errors import LoadError
from registry.limits import cores_allowed


def chosen_threads(wanted: int | None) -> int:
    """As requested, else what the process's affinity and its container's quota allow.

    Raises LoadError for less than one.
    """
    if wanted is not None:
        if wanted < 1:
            raise LoadError(f"threads should be at least 1, not {wanted}")
        return wanted
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    quota = cores_allowed()
    return max(1, min(there or 1, math.ceil(quota) if quota is not None else there or 1))


def set_torch_threads(wanted: int | None) -> None:
    """Have torch compute on this many threads, in the whole process. Raises LoadError.

    Without a number torch's own choice stands, limited by a container's quota, which torch ignores:
    more threads than that wait for each other.
    """
    import torch

    if wanted is not None:
        torch.set_num_threads(chosen_threads(wanted))
    elif "OMP_NUM_THREADS" not in os.environ and cores_allowed() is not None:
        torch.set_num_threads(min(torch.get_num_threads(), chosen_threads(None)))
