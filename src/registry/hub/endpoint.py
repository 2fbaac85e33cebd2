"""Where the Hub is: HF_ENDPOINT, as huggingface_hub reads it, but before it does.

The library reads it at import, and if it is not an address, fails with a traceback after a line on
stdout.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

from registry.errors import HubUnavailableError
from registry_base.endpoints import endpoint_of

PUBLIC = "https://huggingface.co"
_OTHER: ContextVar[str | None] = ContextVar("_OTHER", default=None)


def endpoint() -> str:
    """The address, without user name and password; empty if HF_ENDPOINT is not an address."""
    return _OTHER.get() or _configured()


@contextmanager
def asking_at(address: str) -> Generator[None]:
    """Use another Hub than HF_ENDPOINT, by its address as `endpoint_of` writes it.

    >>> with asking_at("https://hub.example"):
    ...     who()
    'https://hub.example'
    """
    token = _OTHER.set(address)
    try:
        yield
    finally:
        _OTHER.reset(token)


def other_endpoint() -> str | None:
    """The Hub that is used instead of HF_ENDPOINT, if any."""
    return _OTHER.get()


def token_is_for_it() -> bool:
    """Whether HF_TOKEN may be sent: it is for the host of HF_ENDPOINT, and for no other."""
    return _host(endpoint()) == _host(_configured())


def who() -> str:
    """The name of the current server in messages: "the Hub" is only the public one."""
    address = endpoint()
    return "the Hub" if address == PUBLIC else address


def check_endpoint() -> None:
    """Raise HubUnavailableError if HF_ENDPOINT is not an address."""
    if not endpoint().startswith(("http://", "https://")):  # its text may hold a password
        raise HubUnavailableError(
            f"HF_ENDPOINT is not an address; write it as {PUBLIC}, or unset it"
        )


def _configured() -> str:
    given = os.environ.get("HF_ENDPOINT", PUBLIC)
    if (address := endpoint_of(given)) is not None:
        return address
    try:
        parts = urlsplit(given)
        _ = parts.hostname, parts.port  # read only when they are asked for
    except ValueError:
        return ""
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


def _host(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc
