"""Clients of an Ollama server: the library that has one, and one of HTTP alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

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

    return httpx.Client(**settings, **hooks())


def async_http_client(**settings: Any) -> httpx.AsyncClient:
    """The same for an event loop."""
    import httpx

    from registry.ollama.bounded import async_hooks

    return httpx.AsyncClient(**settings, **async_hooks())


def library_client(**settings: Any) -> Client:
    """The library's client."""
    ollama = library()
    from registry.ollama.bounded import hooks

    client: Client = ollama.Client(**settings, **hooks())
    return client


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
