"""Clients of an Ollama server: the library that has one, and one of HTTP alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from registry.errors import MissingExtraError, ServerUnavailableError
from registry.libraries.ollama import library
from registry.network import network_failure

if TYPE_CHECKING:
    from types import ModuleType

    import httpx


def close_clients(*clients: Any) -> None:  # a Client's close has no types
    """Close their connections."""
    for client in clients:
        client.close()


def http_client(**settings: Any) -> httpx.Client:
    """A client of one's own, for what the library does not read well."""
    import httpx  # only where the library, which brings it, is there

    return httpx.Client(**settings)


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
