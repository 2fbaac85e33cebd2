"""Load weights through a library, and explain what goes wrong and whose fault it is.

On a damaged checkpoint a library raises whatever its code does on odd data; if libraries have
changed, it raises AttributeError, TypeError and the like as well. This module tells them apart.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from registry.backends._quiet import quiet_loading
from registry.checkpoints.checkpoint import Checkpoint
from registry.errors import CheckpointError, LoadError
from registry.libraries import transformers as seam
from registry.libraries.seams import Seam, is_of_code

# What Python raises if pieces of code do not fit together: (almost) never because of a file.
_NEVER_DATA = (ImportError, NameError)
_SELDOM_DATA = (AttributeError, TypeError, NotImplementedError)


@contextmanager
def loading_weights(
    checkpoint: Checkpoint, *, through: Seam = seam.LOADING, unused: tuple[str, ...] = ()
) -> Generator[seam.LoadReports]:
    """A library loads a checkpoint in this context, and tries it; its errors become ours.

    The yielded reports have `check`, to call with the loaded network. `through` is the library that
    is called. `unused` are parts of the network that do not matter here, such as "pooler": any
    weights are fine for them.

    Raises LoadError for what this machine lacks (a package, memory); LibraryDriftError if a library
    has changed; CheckpointError for what is wrong with the checkpoint, including weights that the
    library would make up.
    """
    import torch

    reports = seam.LoadReports()
    try:
        with seam.watched(reports), quiet_loading():
            yield reports
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise LoadError(f"{checkpoint.model_id}: {_described(error)}") from error
    except Exception as error:
        failure = _told_apart(error, checkpoint, (through, seam.LOADING))
        if reports.drift is not None:  # whatever the library made of it
            raise reports.drift from None
        if isinstance(failure, CheckpointError):
            _refuse_made_up(checkpoint, reports, unused)
        if failure is error:
            raise
        raise failure from error
    if reports.drift is not None:
        raise reports.drift
    _refuse_made_up(checkpoint, reports, unused)


def _refuse_made_up(
    checkpoint: Checkpoint, reports: seam.LoadReports, unused: tuple[str, ...]
) -> None:
    missing = sorted(name for name in reports.missing if not set(unused) & set(name.split(".")))
    if missing:
        raise checkpoint.error(
            f"the checkpoint lacks {', '.join(missing[:3])}"
            f"{f' and {len(missing) - 3} more' if len(missing) > 3 else ''}, or has other shapes; "
            "the library would fill them with random numbers"
        )


def _told_apart(error: Exception, checkpoint: Checkpoint, seams: tuple[Seam, ...]) -> LoadError:
    """What an error in a library means; if that is unclear, no checkpoint is blamed."""
    if isinstance(error, LoadError):
        return error
    for each in seams:
        if (drift := each.explain(error)) is not None:
            return drift
    described = _described(error)
    if isinstance(error, _NEVER_DATA + _SELDOM_DATA):
        for each in seams:
            if not each.is_checked:
                return each.drifted(f"it cannot load {checkpoint.model_id}: {described}")
    if isinstance(error, _NEVER_DATA):
        return LoadError(f"{checkpoint.model_id}: {described}")
    if is_of_code(error) and not _is_named(checkpoint, str(getattr(error, "name", ""))):
        return LoadError(
            f"{checkpoint.model_id}: {described}; installed libraries are incompatible: "
            "`pip check` may show which"
        )
    return checkpoint.error(described)


def _is_named(checkpoint: Checkpoint, attribute: str) -> bool:
    """Whether a configuration asks for an attribute: it contains names of classes and dtypes."""
    return any(
        attribute in path.read_text("utf-8", "replace")
        for path in checkpoint.folder.rglob("*.json")
        if path.name != "tokenizer.json"  # tens of MB, and every word is in it
    )


def _described(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no reason given'}"
