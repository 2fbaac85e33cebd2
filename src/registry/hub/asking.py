"""One question to the Hub: asked again where that helps, and every failure in our own words.

Messages are written here and never quote the library's or the Hub's, so that no token can be in
them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx2  # what huggingface_hub asks with; it hands on its errors as they are
from huggingface_hub import errors, get_token

from registry.budgets import OverBudgetError
from registry.errors import (
    HubError,
    HubUnavailableError,
    RegistryError,
    RepositoryAccessError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from registry.hub.endpoint import endpoint
from registry.libraries.huggingface_hub import REQUESTS, seconds_until_allowed
from registry.network import network_failure

TRIES = 3
LONGEST_WAIT = 60  # seconds; who is to wait longer should be told, not left waiting
_PAUSE = 0.5  # seconds before the second try, twice that before the third
_SILENT = 2  # seconds that nobody needs to be told of
_PROGRESS = 1 << 20  # bytes after which a transfer that breaks off counts as a new one

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


def ask(
    question: Callable[[], Answer],
    huggingface_id: str,
    revision: str | None,
    *,
    longest_wait: float = LONGEST_WAIT,
    position: Callable[[], int] = lambda: 0,
) -> Answer:
    """Ask, up to TRIES times where the Hub is too busy, out of order or breaks off.

    This is the only place that tries again. It honours Retry-After up to `longest_wait` seconds,
    and logs a warning when it waits. position: how much of a file is here; a connection that broke
    off after it brought a good piece may break off again.
    Raises HubError, whatever the question raised, unless that was an error of this package;
    LibraryDriftError where the library does not take the question.
    """
    tries = 0
    while True:
        before = position()
        try:
            return question()
        except RegistryError:
            raise
        except Exception as error:
            if (drift := REQUESTS.explain(error)) is not None:
                raise drift from None
            tries = 1 if position() - before >= _PROGRESS else tries + 1
            wait = _worth_waiting(error, _PAUSE * 2 ** (tries - 1), longest_wait)
            if wait is None or tries == TRIES:
                raise _in_our_words(error, huggingface_id, revision) from None
        if wait > _SILENT:
            _log.warning("%s: the Hub is busy; asking again in %.0f s", huggingface_id, wait)
        time.sleep(wait)


def _worth_waiting(error: Exception, pause: float, longest_wait: float) -> float | None:
    """Seconds after which the same question may be answered, or None."""
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        if status not in (408, 429) and status < 500:
            return None
        wait = _asked_to_wait(error.response)
        if wait is None:
            return pause
        return wait if wait <= longest_wait else None
    if isinstance(error, httpx2.ConnectError):
        return None  # nobody is there, or this machine is offline: that takes longer
    broken_off = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)
    return pause if isinstance(error, broken_off) else None


def _asked_to_wait(response: httpx2.Response) -> float | None:
    """The seconds that the Hub wants us to wait, if it says so."""
    if (seconds := seconds_until_allowed(response.headers)) is not None:
        return seconds
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _in_our_words(error: Exception, name: str, revision: str | None) -> HubError:
    page = f"{endpoint()}/{name}"
    token = get_token() is not None
    if (reason := network_failure(error, endpoint())) is not None:
        return HubUnavailableError(f"{name}: {reason}")
    match error:
        case errors.OfflineModeIsEnabled():
            return HubUnavailableError(f"{name}: HF_HUB_OFFLINE is set; unset it to ask the Hub")
        case errors.HFValidationError():
            return no_such_name(name)
        case errors.GatedRepoError():
            cure = (
                "ask for access there with the account of your token"
                if token
                else "accept its terms there, then set HF_TOKEN or run `hf auth login`"
            )
            return RepositoryAccessError(f"{name} is gated: {page}; {cure}")
        case errors.RepositoryNotFoundError():
            rest = (
                " that your token may read; check the spelling"
                if token
                else ", or it is private; check the spelling, or set HF_TOKEN"
            )
            return RepositoryNotFoundError(f"{name}: there is no such repository{rest}")
        case errors.RevisionNotFoundError():
            return RevisionNotFoundError(
                f"{name} has no revision {revision}; {page}/commits/main shows them"
            )
        case errors.DisabledRepoError():
            return RepositoryAccessError(f"{name} has been disabled on the Hub")
        case errors.EntryNotFoundError():
            return HubUnavailableError(
                f"{name}: the Hub lists a file that it does not have; try again"
            )
        case errors.HfHubHTTPError():
            return _of_status(error.response, name)
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return HubUnavailableError(
                f"{name}: {endpoint()} is no address; HF_ENDPOINT is one, as https://huggingface.co"
            )
        case UnicodeEncodeError():  # of a header of the request
            return RepositoryAccessError(f"{name}: HF_TOKEN is no token; it is not all ASCII")
        case httpx2.ConnectError():
            return HubUnavailableError(
                f"{name}: nobody answers at {endpoint()}; check the connection and HF_ENDPOINT"
            )
        case httpx2.TimeoutException():
            return HubUnavailableError(f"{name}: {endpoint()} takes too long to answer; try again")
        case httpx2.HTTPError():
            return HubUnavailableError(f"{name}: the answer of {endpoint()} broke off; try again")
        case OverBudgetError():
            return HubUnavailableError(f"{name}: the answer of {endpoint()} {error}; try again")
        case _:  # an answer of another shape: whatever the library stumbled over
            return HubUnavailableError(
                f"{name}: the answer of {endpoint()} makes no sense; is HF_ENDPOINT a Hub?"
            )


def _of_status(response: httpx2.Response, name: str) -> HubError:
    status = response.status_code
    if status == 401:
        return RepositoryAccessError(
            f"{name}: the Hub refuses the token; renew it at {endpoint()}/settings/tokens, or "
            "unset HF_TOKEN"
        )
    if status == 403:
        return RepositoryAccessError(
            f"{name}: the Hub forbids it; the token needs the right to read this repository"
        )
    if status == 429:
        wait = _asked_to_wait(response)
        again = "try again later" if wait is None else f"try again in {wait:.0f} seconds"
        more = "" if get_token() is not None else "; with HF_TOKEN it allows more"
        return HubUnavailableError(f"{name}: too many requests for the Hub, {again}{more}")
    if status >= 500:
        return HubUnavailableError(f"{name}: the Hub is out of order ({status}); try again later")
    return HubUnavailableError(f"{name}: {endpoint()} answers with status {status}")


def no_such_name(name: str) -> RepositoryNotFoundError:
    """What to raise for a text that cannot be the name of a repository."""
    return RepositoryNotFoundError(f"{name!r} is no repository; write org/name as the Hub does")
