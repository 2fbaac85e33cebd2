"""Clients of an Ollama server: the library that has one, and one of HTTP alone."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from registry.errors import MissingExtraError, ServerUnavailableError
from registry.libraries.ollama import library
from registry.network import network_failure
from registry.secret import Secret, hidden

if TYPE_CHECKING:
    from types import ModuleType

    import httpx
    from ollama import Client

    from registry.ollama.options import ServerOptions


def close_clients(*clients: Any) -> None:  # a Client's close has no types
    """Close their connections."""
    for client in clients:
        client.close()


def http_client(**settings: Any) -> httpx.Client:
    """A separate client, for what the library does not read well."""
    import httpx  # only where the library, which brings it, is there

    from registry.ollama.bounded import hooks

    return httpx.Client(**_without_user(settings), **hooks())


def async_http_client(**settings: Any) -> httpx.AsyncClient:
    """The same for an event loop."""
    import httpx

    from registry.ollama.bounded import async_hooks

    return httpx.AsyncClient(**_without_user(settings), **async_hooks())


def library_client(**settings: Any) -> Client:
    """The library's client."""
    ollama = library()
    from registry.ollama.bounded import hooks

    client: Client = ollama.Client(**_without_user(settings), **hooks())
    return client


def _without_user(settings: dict[str, Any]) -> dict[str, Any]:
    """The same, but a user and a password in the address are sent as a header.

    httpx would send the same header, but logs the whole address of every request.
    """
    name = "host" if "host" in settings else "base_url"
    scheme, _, rest = settings[name].partition("://")
    place, slash, path = rest.partition("/")
    user, at, place = place.rpartition("@")
    if not at:
        return settings
    pair = ":".join(unquote(each) for each in user.partition(":")[::2])
    headers = dict(settings.get("headers") or {})
    headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return settings | {name: f"{scheme}://{place}{slash}{path}", "headers": headers}


def imported_library(model_id: str, url: str) -> ModuleType:
    """The library. Raises MissingExtraError, ServerUnavailableError naming what is in its way."""
    try:
        return library()
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "ollama", "ollama") from None
    except Exception as error:
        if (reason := network_failure(error, url)) is None:
            raise
        raise ServerUnavailableError(f"{model_id}: {reason}") from None


def find_key(options: ServerOptions) -> tuple[Secret | None, str]:
    """The key, and where it was found or looked for. Raises AuthenticationError."""
    if options.api_key is not None:
        return options.api_key.for_header("api_key"), "api_key"
    variable = "OLLAMA_API_KEY"  # the client would take it as it is
    found = hidden(os.environ.get(variable) or None)
    return (None if found is None else found.for_header(variable)), variable
