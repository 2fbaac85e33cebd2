"""Shared by all tests: the path to their helpers, and Hypothesis's settings.

By default every property is tried on the same few examples, so that a run is short and cannot
fail by chance. `--hypothesis-profile quick`, used by `make quick`, tries only the first of them.
To try more examples, different ones each time:

    REGISTRY_EXAMPLES=2000 pytest tests/unit/test_hypothesis_codegen.py
"""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# xdist workers share the cores, and torch's threads busy-wait for each other: with one thread per
# process, model tests take half the time. Applies to this process and its children.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# glibc would give the memory of large tensors back to the system at once, and ask for it again for
# the next one: half of the time that models spend in the kernel. Applies to processes that this
# one starts, xdist's among them.
os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "1000000000")
os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "1000000000")
os.environ.setdefault("MALLOC_TOP_PAD_", str(64 << 20))

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


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect 7,000 tests without looking for garbage again and again: half of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        _keep()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    if nextitem is None or nextitem.path != item.path:
        _keep()


def _keep() -> None:
    """Look for garbage among what is new from here on.

    What is there stays there: imported libraries, a million objects with torch and transformers.
    Looking through all of them took a tenth of the time of tests that load models.
    """
    gc.collect()
    gc.freeze()
