"""One model on one Ollama server: clients for it, and what its failures mean."""

from __future__ import annotations

import os
import weakref
from collections.abc import Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING, Any, cast

from registry.backends.interface import LoadOptions
from registry.backends.remote import secret_from, shown_address
from registry.errors import (
    AuthenticationError,
    BackendError,
    LoadError,
    MissingExtraError,
    RegistryError,
    ServerUnavailableError,
)

if TYPE_CHECKING:
    from types import ModuleType

    from ollama import Client, ResponseError

    from registry.kinds import DenseLike, LlmLike

_DEFAULT_HOST = "127.0.0.1:11434"  # the client's own


class OllamaConnection:
    """A tag on a server, which need not be there before `check`."""

    def __init__(self, model: DenseLike | LlmLike, options: LoadOptions) -> None:
        self.model_id = model.id
        if model.ollama_tag is None:
            raise LoadError(
                f"{model.id} has no ollama_tag in the registry, so there is nothing to ask "
                "Ollama for; use another backend"
            )
        self.tag: str = model.ollama_tag
        self.timeout = options.timeout
        self.address = shown_address(
            options.base_url or os.environ.get("OLLAMA_HOST") or _DEFAULT_HOST
        )
        self._host = options.base_url
        self._key = None if options.api_key is None else secret_from(options.api_key, "api_key")
        self._library = _library()
        self.client: Client = self._make(self._library.Client)
        # Also when a generator is dropped unclosed, or turns out not to be loadable.
        self.close = weakref.finalize(self, _close, self.client)

    def async_client(self) -> AbstractAsyncContextManager[Any]:
        """An AsyncClient for one conversation in the event loop that runs now."""
        # Its own type as a context manager says nothing of what it gives.
        return cast("AbstractAsyncContextManager[Any]", self._make(self._library.AsyncClient))

    def check(self, capability: str | None = None) -> None:
        """Make sure that the server is there, has the model and can do that with it.

        Raises ServerUnavailableError, LoadError.
        """
        with self.errors():
            # None from servers before 0.6.4; they say what they cannot do when asked to do it.
            found = self.client.show(self.tag).capabilities or []
        if capability is not None and found and capability not in found:
            raise LoadError(
                f"{self.model_id}: {self.tag} at {self.address} can do {', '.join(found)}, "
                f"not {capability}"
            )

    @contextmanager
    def errors(self) -> Generator[None]:
        """Turn what the client raises into errors of this package."""
        import httpx

        try:
            yield
        except self._library.ResponseError as error:
            raise self._refusal(error) from None
        except httpx.TimeoutException:
            raise ServerUnavailableError(
                f"{self.model_id}: Ollama at {self.address} sent nothing for {self.timeout:g} s"
            ) from None
        except (httpx.ConnectError, ConnectionError):
            raise ServerUnavailableError(
                f"{self.model_id}: no Ollama answers at {self.address}; start it with "
                "`ollama serve`, or give its address as base_url or in OLLAMA_HOST"
            ) from None
        except httpx.TransportError as error:
            raise self.broken_off(str(error)) from None
        except (ValueError, TypeError, AttributeError) as error:
            # Half a line of JSON, or JSON of another shape: the client raises what json, pydantic
            # and its own code do on them.
            raise self.broken_off("it sent something that is no answer of Ollama's") from error

    def broken_off(self, reason: str = "the last line is missing") -> ServerUnavailableError:
        """The error of an answer that stopped before its end."""
        return ServerUnavailableError(
            f"{self.model_id}: the answer of Ollama at {self.address} broke off ({reason})"
        )

    def _refusal(self, error: ResponseError) -> RegistryError:
        message = str(error.error).strip()
        if self._key is not None:
            message = self._key.redact(message)
        if error.status_code == 404 and "not found" in message and self.tag in message:
            return LoadError(
                f"{self.model_id}: Ollama at {self.address} has no {self.tag}; fetch it with "
                f"`ollama pull {self.tag}`"
            )
        if error.status_code in (401, 403):
            return AuthenticationError(
                f"{self.model_id}: Ollama at {self.address} refuses access ({message}); its key "
                f"came from {'api_key' if self._key else 'OLLAMA_API_KEY'}"
            )
        status = "" if error.status_code < 0 else f" {error.status_code}"
        return BackendError(
            f"{self.model_id}: Ollama at {self.address} answers{status}: {message or 'nothing'}"
        )

    def _make(self, client: Any) -> Any:  # Client and AsyncClient share no type that says this
        import httpx

        headers = None
        if self._key is not None:
            headers = {"authorization": f"Bearer {self._key.reveal()}"}
        try:
            return client(host=self._host, timeout=self.timeout, headers=headers)
        except (ValueError, httpx.InvalidURL) as error:
            raise LoadError(f"{self.address} is no address of a server: {error}") from None


def _close(client: Any) -> None:  # a Client, whose close has no types
    client.close()


def _library() -> ModuleType:
    try:
        import ollama
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "ollama", "ollama") from None
    return ollama
