"""What the tests of the generator share: the path to their helpers and Hypothesis's settings.

By default every property is tried on the same few examples, so that a run is short and cannot
fail by chance. `--hypothesis-profile quick`, as `make quick` asks, tries the first few of them.
To search further, and differently each time:

    REGISTRY_EXAMPLES=2000 pytest tests/unit/test_hypothesis_codegen.py
"""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

# Workers of xdist share the cores, and torch's threads spin while they wait for each other: with
# one a process, tests of models take half the time. For this process and those that it starts.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The helpers beside this file: catalogues, strategies, generating, reading.
sys.path.insert(0, str(Path(__file__).parent))
# What tests and examples share: offline_weights.
sys.path.append(str(Path(__file__).parents[1] / "examples"))

# Shrinking a catalogue that black is to format takes minutes: only for who asked to search.
_PHASES = [Phase.explicit, Phase.generate]
_WANTED = os.environ.get("REGISTRY_EXAMPLES")
settings.register_profile(
    "registry",
    max_examples=int(_WANTED or 25),
    derandomize=_WANTED is None,
    database=None,
    deadline=None,
    phases=[*_PHASES, Phase.shrink] if _WANTED else _PHASES,
    # Whole catalogues are large examples; that is the point.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("quick", settings.get_profile("registry"), max_examples=3)
settings.load_profile("registry")

# Programs for type checkers and generated files to compare with: read, never run.
collect_ignore = ["types/passing", "types/failing", "golden/generated"]
