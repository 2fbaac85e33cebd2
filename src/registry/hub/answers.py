"""Responses of the Hub, each within its limits of size and time.

huggingface_hub provides the session: its configuration (proxies, certificates, a custom client)
applies here too. Its own functions are not used: they retry by themselves, wait as long as a server
likes, and read responses of any size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, urlsplit

import httpx2
from huggingface_hub import constants, get_session, hf_hub_url, hf_raise_for_status
from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, RemoteEntryNotFoundError

from registry.budgets import METADATA, Budget, TooSlowError, within
from registry.hub.endpoint import other_endpoint, token_is_for_it
from registry.libraries.huggingface_hub import request_headers
from registry.threads import start
from registry_base.json_shapes import is_list

Parameters = Mapping[str, str | Sequence[str]]

_MOST_PAGES = 1000
_NEXT = re.compile(r'<([^>]*)>;\s*rel="?next"?')
# What a Hub says about a file before it redirects to its bytes.
_LINKED = ("x-linked-size", "x-linked-etag")
_MOST_REDIRECTS = 20  # as httpx2 has it
# For an error only the status and these headers count.
_TELLING = ("retry-after", "ratelimit", "ratelimit-policy", "x-error-code", "x-error-message")


@dataclass(frozen=True)
class Answer:
    """A response whose body is yet to be read, in pieces. Its status is not an error."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


def file_url(huggingface_id: str, path: str, revision: str) -> str:
    """Where a file is."""
    return hf_hub_url(huggingface_id, path, revision=revision, endpoint=other_endpoint())


def read_json(path: str, parameters: Parameters | None = None) -> object:
    """What the Hub's interface says at /api/{path}. Raises what `answer` does, and ValueError."""
    url = _interface(path)
    with answer(url, METADATA, parameters=parameters) as found:
        return json.loads(b"".join(found.pieces))


def read_pages(path: str, parameters: Mapping[str, str]) -> list[object]:
    """All pages of a list at /api/{path}. Raises what `read_json` does.

    Only the query of a next page's address counts: a mirror passes on that of another host, which
    must not get the token.
    """
    url, found = _interface(path), list[object]()
    asked: Parameters = parameters
    for _ in range(_MOST_PAGES):
        with answer(url, METADATA, parameters=asked) as page:
            items: object = json.loads(b"".join(page.pieces))
            following = _NEXT.search(page.headers.get("link", ""))
        if not is_list(items):
            raise ValueError("not a list")
        found.extend(items)
        if following is None:
            return found
        asked = parse_qs(urlsplit(following[1]).query)
    raise ValueError("too many pages")


def file_headers(huggingface_id: str, path: str, revision: str) -> Mapping[str, str]:
    """The headers of a file, without its content. Raises what `answer` does."""
    url = file_url(huggingface_id, path, revision)
    with answer(url, METADATA, method="HEAD") as found:
        return found.headers


def has_file(huggingface_id: str, path: str, revision: str = "main") -> bool:
    """Whether a file is there and may be read; fetches none of it. Raises what `answer` does."""
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
    """Send a request, with the user's token if there is one, and follow redirects.

    Raises HfHubHTTPError for an error status, an error of httpx2 if there is no response, and
    OverBudgetError, also while the pieces are read.
    """
    sent = {
        **request_headers(with_token=token_is_for_it()),
        "accept-encoding": "identity",
        **(headers or {}),
    }
    session = get_session()
    request = session.build_request(
        method, url, params=parameters, headers=sent, timeout=constants.HF_HUB_DOWNLOAD_TIMEOUT
    )
    response = _response(session, request)
    try:
        _raise_for_status(_without_body(response))
        encoding = response.headers.get("content-encoding", "")
        pieces = within(response.iter_raw(), budget, encoding)
        yield Answer(response.status_code, response.headers, pieces)
    finally:
        response.close()


def _interface(path: str) -> str:
    return f"{other_endpoint() or constants.ENDPOINT}/api/{path}"


def _response(session: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
    """The answer at the end of the redirects, whose bodies are never read."""
    linked: dict[str, str] = {}
    for _ in range(_MOST_REDIRECTS):
        response = _begun(session, request)
        if response.next_request is None:
            response.headers.update(linked)
            return response
        linked |= {name: response.headers[name] for name in _LINKED if name in response.headers}
        response.close()
        request = response.next_request
    raise httpx2.TooManyRedirects(f"more than {_MOST_REDIRECTS} redirects", request=request)


def _begun(session: httpx2.Client, request: httpx2.Request) -> httpx2.Response:
    """A response whose headers have arrived; they may take as long as a complete short response."""
    coming = start(partial(session.send, request, stream=True, follow_redirects=False))
    try:
        return coming.result(METADATA.seconds)
    except TimeoutError:
        raise TooSlowError(f"did not begin within {METADATA.seconds:g} seconds") from None
    finally:
        if not coming.done():
            coming.add_done_callback(_close)


def _raise_for_status(response: httpx2.Response) -> None:
    """Raise as huggingface_hub does, also if a server lacks a file and sends no error code."""
    try:
        hf_raise_for_status(response)
    except HfHubHTTPError as error:
        bare = response.status_code == 404 and "x-error-code" not in response.headers
        if bare and "/resolve/" in response.request.url.path:
            raise RemoteEntryNotFoundError("no such file", response=response) from error
        raise


def _close(coming: Future[httpx2.Response]) -> None:
    """Close an answer that is not needed any more."""
    if not coming.cancelled() and coming.exception() is None:
        coming.result().close()


def _without_body(response: httpx2.Response) -> httpx2.Response:
    """The same for huggingface_hub, which would read the body, and log parts of it."""
    headers = {name: response.headers[name] for name in _TELLING if name in response.headers}
    return httpx2.Response(response.status_code, headers=headers, request=response.request)
