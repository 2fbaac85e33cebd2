"""One request to the Hub: retried where that helps, and every failure in our own words.

Messages are written here and never quote the library's or the Hub's, so that no token can be in
them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import httpx2  # what huggingface_hub uses; it passes on its errors as they are
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
from registry.hub.endpoint import endpoint, token_is_for_it, who
from registry.libraries.huggingface_hub import REQUESTS, seconds_until_allowed
from registry.network import network_failure, retry_after

TRIES = 3
LONGEST_WAIT = 60  # seconds; a longer wait should be reported, not imposed
_PAUSE = 0.5  # seconds before the second try, twice that before the third
_SILENT = 2  # seconds of waiting that need no message
_PROGRESS = 1 << 20  # bytes after which a transfer that breaks off counts as a new one

Answer = TypeVar("Answer")
_log = logging.getLogger(__name__)


class FileNotAtHubError(HubUnavailableError):
    """A file or its commit is missing: not every server says which."""


def ask(
    question: Callable[[], Answer],
    huggingface_id: str,
    revision: str | None,
    *,
    longest_wait: float = LONGEST_WAIT,
    position: Callable[[], int] = lambda: 0,
) -> Answer:
    """Send a request, up to TRIES times if the Hub is too busy, unavailable or disconnects.

    This is the only place that retries. It respects Retry-After up to `longest_wait` seconds, and
    logs a warning when it waits. position: how much of a file is here; a connection that was cut
    off after real progress gets a fresh set of tries. Raises HubError, whatever the request raised,
    unless that was an error of this package; LibraryDriftError if the library does not accept the
    request.
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
            _log.warning("%s: %s is busy; asking again in %.0f s", huggingface_id, who(), wait)
        time.sleep(wait)


def _worth_waiting(error: Exception, pause: float, longest_wait: float) -> float | None:
    """Seconds after which the same request may succeed, or None."""
    if isinstance(error, errors.HfHubHTTPError):
        status = error.response.status_code
        if status not in (408, 429) and status < 500:
            return None
        wait = _asked_to_wait(error.response)
        if wait is None:
            return pause
        return wait if wait <= longest_wait else None
    if isinstance(error, httpx2.ConnectError):
        return None  # no server, or this machine is offline: that takes longer
    broken_off = (httpx2.TimeoutException, httpx2.NetworkError, httpx2.RemoteProtocolError)
    return pause if isinstance(error, broken_off) else None


def _asked_to_wait(response: httpx2.Response) -> float | None:
    """The seconds that the Hub wants us to wait, if it says so."""
    if (seconds := seconds_until_allowed(response.headers)) is not None:
        return seconds
    return retry_after(response.headers)


def _in_our_words(error: Exception, name: str, revision: str | None) -> HubError:
    page = f"{endpoint()}/{name}"
    token = _has_token()
    if (reason := network_failure(error, endpoint())) is not None:
        return HubUnavailableError(f"{name}: {reason}")
    match error:
        case errors.OfflineModeIsEnabled():
            return HubUnavailableError(f"{name}: HF_HUB_OFFLINE is set; unset it to ask {who()}")
        case errors.HFValidationError():
            return no_such_name(name)
        case errors.GatedRepoError():
            cure = (
                "ask for access there with the account of your token"
                if token
                else f"accept its terms there, then {_set_token()} or run `hf auth login`"
            )
            return RepositoryAccessError(f"{name} is gated: {page}; {cure}")
        case errors.RepositoryNotFoundError():
            rest = (
                " that your token may read; check the spelling"
                if token
                else f", or it is private; check the spelling, or {_set_token()}"
            )
            return RepositoryNotFoundError(f"{name}: there is no such repository{rest}")
        case errors.RevisionNotFoundError():
            return RevisionNotFoundError(
                f"{name} has no revision {revision}; {page}/commits/main shows them"
            )
        case errors.DisabledRepoError():
            return RepositoryAccessError(f"{name} has been disabled on {who()}")
        case errors.EntryNotFoundError():
            return FileNotAtHubError(
                f"{name}: a file of {revision or 'it'} is not at {endpoint()}; try again"
            )
        case errors.HfHubHTTPError():
            return _of_status(error.response, name)
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return HubUnavailableError(
                f"{name}: {endpoint()} is not an address; HF_ENDPOINT must be one, such as "
                "https://huggingface.co"
            )
        case UnicodeEncodeError():  # of a header of the request
            return RepositoryAccessError(f"{name}: HF_TOKEN is not a token; tokens are ASCII")
        case httpx2.ConnectError():
            return HubUnavailableError(
                f"{name}: cannot connect to {endpoint()}; check the connection and HF_ENDPOINT"
            )
        case httpx2.TimeoutException():
            return HubUnavailableError(f"{name}: {endpoint()} takes too long to answer; try again")
        case httpx2.HTTPError():
            return HubUnavailableError(
                f"{name}: the response from {endpoint()} was cut off; try again"
            )
        case OverBudgetError():
            return HubUnavailableError(f"{name}: the response from {endpoint()} {error}; try again")
        case _:  # a response of another shape, on which the library failed
            return HubUnavailableError(
                f"{name}: the response from {endpoint()} is not what a Hub sends; does HF_ENDPOINT "
                "point to a Hub?"
            )


def _has_token() -> bool:
    return token_is_for_it() and get_token() is not None


def _set_token() -> str:
    also = "" if token_is_for_it() else f"HF_ENDPOINT to {endpoint()} and "
    return f"set {also}HF_TOKEN"


def _of_status(response: httpx2.Response, name: str) -> HubError:
    status = response.status_code
    if status == 401:
        return RepositoryAccessError(
            f"{name}: {who()} refuses the token; renew it at {endpoint()}/settings/tokens, or "
            "unset HF_TOKEN"
        )
    if status == 403:
        return RepositoryAccessError(
            f"{name}: {who()} denies access; the token needs permission to read this repository"
        )
    if status == 429:
        wait = _asked_to_wait(response)
        again = "try again later" if wait is None else f"try again in {wait:.0f} seconds"
        more = "" if _has_token() else "; with HF_TOKEN it allows more"
        return HubUnavailableError(f"{name}: too many requests to {who()}, {again}{more}")
    if status >= 500:
        return HubUnavailableError(
            f"{name}: {who()} is unavailable (HTTP {status}); try again later"
        )
    return HubUnavailableError(f"{name}: {endpoint()} answers with status {status}")


def no_such_name(name: str) -> RepositoryNotFoundError:
    """What to raise for a text that cannot be the name of a repository."""
    return RepositoryNotFoundError(
        f"{name!r} is not a repository id; write org/name as the Hub does"
    )
