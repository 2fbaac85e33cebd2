"""What backends that talk to a server share: options to refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.backends.interface import LoadOptions
from registry.errors import UnsupportedError

if TYPE_CHECKING:
    from registry.models.kinds import ModelLike

# The server decides where and how a model runs. `cache_dir` and `local_files_only` are not here:
# one setting of them works for every backend, and with a server nothing is downloaded.
_SERVER_DECIDES = (
    "device",
    "dtype",
    "quantization",
    "attention",
    "revision",
    "local_path",
    "trust_remote_code",
    "allow_pickle",
    "precision",
    "min_overlap",
    "threads",
)


def refuse_local_options(
    backend: str, model: ModelLike, options: LoadOptions, *others: str
) -> None:
    """Refuse options that only make sense if the model runs in this process.

    Raises UnsupportedError naming every one that was given.
    """
    defaults = LoadOptions()
    given = [
        name
        for name in (*_SERVER_DECIDES, *others)
        if getattr(options, name) != getattr(defaults, name)
    ]
    if given:
        raise UnsupportedError(
            f"{model.id}: the backend {backend!r} takes no {', '.join(given)}: the server decides "
            "what it runs, where and how"
        )
