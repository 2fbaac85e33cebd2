"""Keep what transformers draws while it loads out of log files and pipes.

Its progress bars do not mind where they are written, and its report of every load calls the
weights that another part of a checkpoint reads, a ColBERT's projection for one, unexpected. What
matters in that report becomes an error of ours (weights.py).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import Any

Bar = Callable[..., Any]


@contextmanager
def quiet_loading() -> Generator[None]:
    """In here transformers loads without bars and without its report, if nobody watches.

    Nothing changes on a terminal, nor where the library was asked to say more
    (TRANSFORMERS_VERBOSITY=info), nor for bars that the program draws itself (`set_tqdm_hook`).

    What it changes is global to the process and put back at the end: to be used by one thread
    at a time.
    """
    from transformers import modeling_gguf_pytorch_utils, modeling_utils
    from transformers.utils import logging as library_logging

    if sys.stderr.isatty() or library_logging.get_verbosity() <= logging.INFO:
        yield
        return

    def without_bar(bar: Bar, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if own is not None:
            return own(bar, arguments, keywords)
        return bar(*arguments, **{**keywords, "disable": True})

    gguf: Any = modeling_gguf_pytorch_utils  # it draws its bar past the hook
    gguf_bar: Bar = gguf.tqdm
    reporter = logging.getLogger(modeling_utils.__name__)
    own = library_logging.set_tqdm_hook(without_bar)
    gguf.tqdm = partial(gguf_bar, disable=True)
    reporter.addFilter(_no_load_report)
    try:
        yield
    finally:
        reporter.removeFilter(_no_load_report)
        gguf.tqdm = gguf_bar
        library_logging.set_tqdm_hook(own)


def _no_load_report(record: logging.LogRecord) -> bool:
    text = record.getMessage()
    # Where weights could not be converted, the library's error refers to its report.
    return "LOAD REPORT" not in text or "CONVERSION" in text
