"""Patience with a server during long work: what it was too busy for, or cut off, is sent again.

Only work on many texts waits. `load` and the checks of a server do not: whoever waits for them
wants to know that it is busy.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from registry.errors import AuthenticationError, BackendError, ServerUnavailableError

TRIES = 7
LONGEST_WAIT = 300  # seconds; a longer wait should be reported, not imposed
_PAUSE = 1.0  # seconds before the second try, twice that before each further one
_BUSY = (429, 502, 503, 504)

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


def patiently(work: Callable[[], Answer]) -> Answer:
    """What `work` returns, tried up to TRIES times if a server is busy or out of reach.

    Waits as long as the server says in Retry-After, up to LONGEST_WAIT, else twice as long each
    time, and logs a warning. Raises what `work` raised last.

    >>> patiently(lambda: "vectors")
    'vectors'
    """
    tries = 1
    while True:
        try:
            return work()
        except BackendError as error:
            wait = _worth_waiting(error, _PAUSE * 2 ** (tries - 1))
            if wait is None or tries == TRIES:
                raise
            _log.warning("%s; trying again in %.0f s", error, wait)
        tries += 1
        time.sleep(wait)


def _worth_waiting(error: BackendError, pause: float) -> float | None:
    """Seconds after which the same request may succeed, or None."""
    if isinstance(error, AuthenticationError):
        return None
    if isinstance(error, ServerUnavailableError):
        if error.lasting:
            return None
    elif error.status not in _BUSY:
        return None
    if error.retry_after is None:
        return pause
    return error.retry_after if error.retry_after <= LONGEST_WAIT else None
