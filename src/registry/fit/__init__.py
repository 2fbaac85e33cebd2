"""Will it fit, and which one? What models need of memory, against what a machine has.

`estimate_memory` says what a model needs, part by part; `fits` whether that is available, and what
would help; `recommend` which models to choose. Nothing here loads a model or a heavy library.
"""

from registry.fit._estimate import MemoryEstimate, estimate_memory
from registry.fit._fitting import Cure, Fit, fits
from registry.fit._gpus import Gpu
from registry.fit._recommendation import (
    LeftOut,
    Recommendation,
    Recommendations,
    TooLarge,
    recommend,
)
from registry.fit._tasks import TASKS, Task
from registry.fit._tiers import TIERS, Tier, recommend_tiers
from registry.fit.machine import Machine, machine_with, this_machine
from registry.fit.memory_size import parse_memory

__all__ = [
    "TASKS",
    "TIERS",
    "Cure",
    "Fit",
    "Gpu",
    "LeftOut",
    "Machine",
    "MemoryEstimate",
    "Recommendation",
    "Recommendations",
    "Task",
    "Tier",
    "TooLarge",
    "estimate_memory",
    "fits",
    "machine_with",
    "parse_memory",
    "recommend",
    "recommend_tiers",
    "this_machine",
]
