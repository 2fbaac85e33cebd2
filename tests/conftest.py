"""Shared by all tests: the path to their helpers, and Hypothesis's settings.

By default every property is tried on the same few examples, so that a run is short and cannot
fail by chance. `--hypothesis-profile quick`, used by `make quick`, tries only the first of them.
To try more examples, different ones each time:

    REGISTRY_EXAMPLES=2000 pytest tests/unit/test_hypothesis_codegen.py
"""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

# xdist workers share the cores, and torch's threads busy-wait for each other: with one thread per
# process, model tests take half the time. Applies to this process and its children.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The helpers next to this file: catalogues, strategies, generating, reading.
sys.path.insert(0, str(Path(__file__).parent))
# Shared by tests and examples: offline_weights.
sys.path.append(str(Path(__file__).parents[1] / "examples"))

# Shrinking a catalogue formatted with black takes minutes, so only with REGISTRY_EXAMPLES.
_PHASES = [Phase.explicit, Phase.generate]
_WANTED = os.environ.get("REGISTRY_EXAMPLES")
settings.register_profile(
    "registry",
    max_examples=int(_WANTED or 25),
    derandomize=_WANTED is None,
    database=None,
    deadline=None,
    phases=[*_PHASES, Phase.shrink] if _WANTED else _PHASES,
    # Whole catalogues are intentionally large examples.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("quick", settings.get_profile("registry"), max_examples=3)
settings.load_profile("registry")

# Programs for type checkers and expected generated files: read, never run.
collect_ignore = ["types/passing", "types/failing", "golden/generated"]
