"""Answers of the Hub, each within its budget of bytes and of time.

huggingface_hub gives the session: what people set up for it (proxies, certificates, a client of
their own) counts here too. Its own functions are not asked: they try again by themselves, wait as
long as a server likes, and read whatever comes.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import httpx2
from huggingface_hub import constants, get_session, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import EntryNotFoundError

from registry.budgets import METADATA, Budget, TooSlowError, within
from registry.libraries.huggingface_hub import request_headers
from registry.threads import start

Parameters = Mapping[str, str | Sequence[str]]

_MOST_REDIRECTS = 20  # as httpx2 has it
# Of an error only the status counts, and what the Hub says in these.
_TELLING = ("retry-after", "ratelimit", "ratelimit-policy", "x-error-code", "x-error-message")


@dataclass(frozen=True)
class Answer:
    """An answer whose body is still to come, in pieces. Its status is no error."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


def file_url(huggingface_id: str, path: str, revision: str) -> str:
    """Where a file is."""
    return hf_hub_url(huggingface_id, path, revision=revision)


def read_json(path: str, parameters: Parameters | None = None) -> object:
    """What the Hub's interface says at /api/{path}. Raises what `answer` does, and ValueError."""
    url = f"{constants.ENDPOINT}/api/{path}"
    with answer(url, METADATA, parameters=parameters) as found:
        return json.loads(b"".join(found.pieces))


def has_file(huggingface_id: str, path: str, revision: str = "main") -> bool:
    """Whether a file is there and may be read; nothing of it comes. Raises what `answer` does."""
    try:
        with answer(file_url(huggingface_id, path, revision), METADATA, method="HEAD"):
            return True
    except EntryNotFoundError:
        return False


@contextmanager
def answer(
    url: str,
    budget: Budget,
    *,
    method: str = "GET",
    parameters: Parameters | None = None,
    headers: Mapping[str, str] | None = None,
) -> Generator[Answer]:
    """Ask, with the token of this person if there is one, and follow redirects.

    Raises HfHubHTTPError of a status that is an error, an error of httpx2 where nothing comes, and
    OverBudgetError, also while the pieces are read.
    """
    sent = {**request_headers(), "accept-encoding": "identity", **(headers or {})}
    session = get_session()
    request = session.build_request(
        method, url, params=parameters, headers=sent, timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT
    )
    response = _response(session, request)
    try:
        hf_raise_for_status(_without_body(response))
        encoding = response.headers.get("content-encoding", "")
        pieces = within(response.iter_raw(), budget, encoding)
        yield Answer(response.status_code, response.headers, pieces)
    finally:
        response.close()


def _response(session: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
    """The answer at the end of the redirects, whose bodies nobody reads."""
    for _ in range(_MOST_REDIRECTS):
        response = _begun(session, request)
        if response.next_request is None:
            return response
        response.close()
        request = response.next_request
    raise httpx2.TooManyRedirects(f"more than {_MOST_REDIRECTS} redirects", request=request)


def _begun(session: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
    """An answer whose headers are here; they may take as long as all of a short answer."""
    coming = start(partial(session.send, request, stream=True, follow_redirects=False))
    try:
        return coming.result(METADATA.seconds)
    except TimeoutError:
        raise TooSlowError(f"has not begun after {METADATA.seconds:g} seconds") from None
    finally:
        if not coming.done():
            coming.add_done_callback(_close)


def _close(coming: Future[httpx2.Response]) -> None:
    """Close an answer that nobody waits for any more."""
    if not coming.cancelled() and coming.exception() is None:
        coming.result().close()


def _without_body(response: httpx2.Response) -> httpx2.Response:
    """The same for huggingface_hub, which would read what is said besides, and log parts of it."""
    headers = {name: response.headers[name] for name in _TELLING if name in response.headers}
    return httpx2.Response(response.status_code, headers=headers, request=response.request)
