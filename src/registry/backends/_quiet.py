"""Keep what transformers draws while it loads out of log files and pipes.

Its progress bars do not mind where they are written, and its report of every load calls the
weights that another part of a checkpoint reads, a ColBERT's projection for one, unexpected. What
matters in that report becomes an error of ours (_weight_loading.py).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager

from registry.libraries import transformers as seam


@contextmanager
def quiet_loading() -> Generator[None]:
    """In here transformers loads without bars and without its report, if nobody watches.

    Nothing changes on a terminal, nor where the library was asked to say more
    (TRANSFORMERS_VERBOSITY=info), nor for bars that the program draws itself (`set_tqdm_hook`).

    What it changes is global to the process and put back at the end: to be used by one thread
    at a time.
    """
    from transformers.utils import logging as library_logging

    if sys.stderr.isatty() or library_logging.get_verbosity() <= logging.INFO:
        yield
        return
    with seam.nothing_drawn():
        yield
