"""Keep transformers' progress bars and reports out of log files and pipes.

Its progress bars are written anywhere, and its report of every load calls weights that another part
of a checkpoint reads, such as a ColBERT's projection, unexpected. What matters in that report
becomes an error of ours (_weight_loading.py).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager

from registry.libraries import transformers as seam


@contextmanager
def quiet_loading() -> Generator[None]:
    """In this context transformers loads without bars and without its report, except on a terminal.

    Nothing changes on a terminal, or if the library was set to be verbose
    (TRANSFORMERS_VERBOSITY=info), or for bars that the program draws itself (`set_tqdm_hook`).

    What it changes is global to the process and restored at the end: use it in one thread at a
    time.
    """
    from transformers.utils import logging as library_logging

    if sys.stderr.isatty() or library_logging.get_verbosity() <= logging.INFO:
        yield
        return
    with seam.nothing_drawn():
        yield
