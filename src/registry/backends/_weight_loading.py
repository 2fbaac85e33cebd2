"""Load weights through a library, and say in words what goes wrong.

transformers fills weights that a checkpoint lacks with random numbers and logs a report. The
report cannot be asked for through sentence-transformers, so the function that writes it is
watched while a model loads.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from registry.backends._quiet import quiet_loading
from registry.checkpoints.checkpoint import Checkpoint
from registry.errors import CheckpointError, LoadError

# The hook is global to the process: one load at a time may use it.
_lock = threading.Lock()


@contextmanager
def loading_weights(checkpoint: Checkpoint, *, unused: tuple[str, ...] = ()) -> Generator[None]:
    """A library loads a checkpoint in here, and tries it; its errors become ours.

    `unused` are parts of the network that do not matter here, such as "pooler": whatever weights
    they get are fine.

    Raises LoadError for what this machine lacks (a package, memory); CheckpointError for what
    is wrong with the checkpoint, weights that the library would make up included.
    """
    import torch

    missing: list[str] = []
    try:
        with _watched(missing, unused):
            yield
    except CheckpointError:
        if not missing:
            raise
    except LoadError:
        raise
    except (ImportError, MemoryError, torch.OutOfMemoryError) as error:
        raise LoadError(f"{checkpoint.model_id}: {_described(error)}") from error
    except Exception as error:  # whatever the library raises on a bad checkpoint
        if not missing:
            raise checkpoint.error(_described(error)) from error
    if missing:
        raise checkpoint.error(
            f"the checkpoint lacks {', '.join(missing[:3])}"
            f"{f' and {len(missing) - 3} more' if len(missing) > 3 else ''}, or has other shapes; "
            "the library would make them up from random numbers"
        )


@contextmanager
def _watched(missing: list[str], unused: tuple[str, ...]) -> Generator[None]:
    """Collect the names of weights that transformers initialises instead of loading them."""
    from transformers import modeling_utils

    module: Any = modeling_utils  # the hook is no public name, so it has no type either

    with _lock, quiet_loading():
        original = module.log_state_dict_report

        def collect(*arguments: Any, **keywords: Any) -> Any:  # passed on, whatever they are
            names = keywords["loading_info"].missing_and_mismatched()
            missing.extend(sorted(n for n in names if not set(unused) & set(n.split("."))))
            return original(*arguments, **keywords)

        module.log_state_dict_report = collect
        try:
            yield
        finally:
            module.log_state_dict_report = original


def _described(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"
