"""Will it fit, and which one? What models need of memory, against what a machine has.

`estimate_memory` says what a model needs, part by part; `fits` whether that is there, and what
would help; `recommend` which models to take. Nothing here loads a model or a heavy library.
"""

from registry.fit.estimate import MemoryEstimate, estimate_memory
from registry.fit.fitting import Cure, Fit, fits
from registry.fit.gpus import Gpu
from registry.fit.machine import Machine, machine_with, this_machine
from registry.fit.memory_size import parse_memory
from registry.fit.recommendation import (
    LeftOut,
    Recommendation,
    Recommendations,
    TooLarge,
    recommend,
)
from registry.fit.tasks import TASKS, Task
from registry.fit.tiers import TIERS, Tier, recommend_tiers

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
