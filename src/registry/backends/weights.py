"""Catch a library that makes up weights.

transformers fills weights that a checkpoint lacks with random numbers and logs a report. The
report cannot be asked for through sentence-transformers, so the function that writes it is
watched while a model loads.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

# The hook is global to the process: one load at a time may use it.
_lock = threading.Lock()
# Not used by the pipelines that load here, and absent from many encoders' checkpoints.
_UNUSED = ("pooler.",)


@contextmanager
def made_up_weights() -> Generator[list[str]]:
    """Collect the names of weights that transformers initialises instead of loading them."""
    from transformers import modeling_utils

    module: Any = modeling_utils  # the hook is no public name, so it has no type either
    original = module.log_state_dict_report
    missing: list[str] = []

    def collect(*arguments: Any, **keywords: Any) -> Any:
        info = keywords["loading_info"]
        names = {*info.missing_keys, *(key for key, *_ in info.mismatched_keys)}
        missing.extend(sorted(n for n in names if not any(part in n for part in _UNUSED)))
        return original(*arguments, **keywords)

    with _lock:
        module.log_state_dict_report = collect
        try:
            yield missing
        finally:
            module.log_state_dict_report = original
