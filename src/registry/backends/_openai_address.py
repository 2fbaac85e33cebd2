"""Where a server of chat completions is, and the addresses below it."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from registry.backends.interface import LoadOptions
from registry.errors import LoadError
from registry.models.api import ApiModel
from registry.network import is_host
from registry.secret import shown_address

_COMPLETIONS = "/chat/completions"


def base_url(options: LoadOptions, api: ApiModel | None) -> str | None:
    """The address from the entry, an argument or the environment; else None.

    Raises LoadError for what is not an address.
    """
    if api is not None:
        if api.base_url is None:
            raise LoadError(
                f"the address of {api.provider} is not known; give base_url in the entry, or as "
                "an argument"
            )
        return _checked(api.base_url)
    given = options.base_url or os.environ.get("REGISTRY_OPENAI_BASE_URL", "").strip() or None
    return None if given is None else _checked(given)


def beneath(base: str, path: str) -> str:
    """An address on a server: `path` below the base, whose query is kept.

    A given path is used as it is; a bare host gets the usual `/v1`. The address of the completions
    themselves also works as a base.

    >>> beneath("http://localhost:8000", "models"), beneath("http://host/api/v3/", "models")
    ('http://localhost:8000/v1/models', 'http://host/api/v3/models')
    >>> beneath("https://host/v1/chat/completions?api-version=2", "embeddings")
    'https://host/v1/embeddings?api-version=2'
    """
    parts = urlsplit(base)
    root = parts.path.rstrip("/").removesuffix(_COMPLETIONS).rstrip("/")
    if not root and not parts.path.rstrip("/").endswith(_COMPLETIONS):
        root = "/v1"
    return parts._replace(path=f"{root}/{path}").geturl()


def at_root_of(base: str, path: str) -> str:
    """An address outside the versioned ones: /info and /rerank on some servers.

    >>> at_root_of("http://host:8080/v1", "info"), at_root_of("http://host/tei/", "rerank")
    ('http://host:8080/info', 'http://host/tei/rerank')
    """
    parts = urlsplit(base)
    root = parts.path.rstrip("/").removesuffix(_COMPLETIONS).rstrip("/").removesuffix("/v1")
    return parts._replace(path=f"{root}/{path}").geturl()


def _checked(given: str) -> str:
    import httpx2

    try:
        url = httpx2.URL(given)
    except (httpx2.InvalidURL, ValueError):  # its message quotes what may be part of a password
        raise LoadError(f"{shown_address(given)} is not a server address") from None
    if url.host and not is_host(url.raw_host.decode("ascii")):
        raise LoadError(f"{shown_address(given)} is not a server address")
    if url.scheme not in ("http", "https") or not url.host:
        raise LoadError(
            f"{shown_address(given)} is not a server address: it should begin with http:// or "
            "https:// and a host"
        )
    if url.userinfo:
        raise LoadError(
            f"the address {shown_address(given)} contains a user name or password; pass the "
            "key as api_key instead"
        )
    return given
