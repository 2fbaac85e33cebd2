"""One model on one Ollama server: clients for it, and what its failures mean."""

from __future__ import annotations

import weakref
from collections.abc import AsyncGenerator, Generator
from contextlib import (
    AbstractContextManager,
    aclosing,
    asynccontextmanager,
    closing,
    contextmanager,
)
from typing import TYPE_CHECKING, Any, cast

from registry.budgets import OverBudgetError
from registry.encoders.closing import closed
from registry.errors import (
    AuthenticationError,
    BackendError,
    InputError,
    LoadError,
    RegistryError,
    ServerUnavailableError,
)
from registry.libraries.ollama import BLOBS
from registry.models.kinds import Tagged
from registry.network import is_lasting, network_failure
from registry.ollama.address import ollama_url, shown_host
from registry.ollama.clients import (
    async_http_client,
    close_clients,
    find_key,
    http_client,
    imported_library,
    library_client,
)
from registry.ollama.lines import Line, ask, astream, error_in_place, stream
from registry.ollama.models import full_tag
from registry.ollama.options import ServerOptions
from registry.ollama.server_word import ServerWord, read_word
from registry.server_words import quotable, server_words, tokens_and_window

if TYPE_CHECKING:
    from types import TracebackType

    import httpx
    from ollama import Client, ResponseError

# Half a line of JSON, or JSON of another shape: the client raises what json, pydantic and its own
# code do on them.
_ODD_JSON = (ValueError, TypeError, AttributeError, RecursionError)


class OllamaConnection:
    """A tag on a server, which need not be there before `check`; the model's own unless given."""

    def __init__(self, model: Tagged, options: ServerOptions, *, tag: str | None = None) -> None:
        self.model_id = model.id
        found = tag or options.server_model or model.ollama_tag
        if found is None:
            raise LoadError(
                f"{model.id} has no ollama_tag in the registry, so there is nothing to ask "
                "Ollama for; say what it calls the model with server_model=, or use another backend"
            )
        self.tag: str = found
        self.timeout = options.timeout
        self.address = shown_host(options.base_url)
        self.url = ollama_url(options.base_url)
        self._key, self._key_source = find_key(options)
        self._library = imported_library(self.model_id, self.url)
        self.client: Client = self._make(library_client, "host")
        self._http: httpx.Client = self._make(http_client, "base_url")
        # Also when a generator is dropped unclosed, or turns out not to be loadable.
        self.close = weakref.finalize(self, close_clients, self.client, self._http)

    @contextmanager
    def stream(self, path: str, body: Line) -> Generator[Generator[Line]]:
        """The lines of an answer as they come; leaving hangs up. Raises errors of this package."""
        with self.errors(), closing(stream(self._http, path, body)) as lines:
            yield lines

    @asynccontextmanager
    async def astream(self, path: str, body: Line) -> AsyncGenerator[AsyncGenerator[Line]]:
        """`stream` in the event loop that runs now."""
        with self.errors():
            async with (
                self._make(async_http_client, "base_url") as client,
                aclosing(astream(client, path, body)) as lines,
            ):
                yield lines

    def show(self) -> ServerWord:
        """What the server says about the model. Raises ServerUnavailableError, LoadError."""
        with self.errors():
            return read_word(ask(self._http, "/api/show", {"model": self.tag}))

    def digest(self) -> str | None:
        """The digest of the tag's manifest, "sha256:..."; None if the tag is not listed."""
        with self.errors():
            listed = self.client.list().models
        for each in listed:
            if (
                each.model is not None
                and each.digest
                and full_tag(each.model) == full_tag(self.tag)
            ):
                return f"sha256:{each.digest.removeprefix('sha256:')}"
        return None

    def check(self, capability: str | None = None) -> ServerWord:
        """Make sure that the server is there, has the model and can do that with it.

        Raises ServerUnavailableError, LoadError.
        """
        word = self.show()
        # None from servers before 0.6.4; they refuse unsupported requests when they get them.
        if capability is not None and word.capabilities and capability not in word.capabilities:
            raise LoadError(
                f"{self.model_id}: {self.tag} at {self.address} can do "
                f"{', '.join(word.capabilities)}, not {capability}"
            )
        return word

    def errors(self) -> AbstractContextManager[None]:
        """Turn what the client raises into errors of this package."""
        return _Explained(self)

    def explain(self, error: BaseException) -> RegistryError | None:
        """What an error of the client means, or None for one that is not a failure of a server."""
        import httpx

        if isinstance(error, RegistryError):
            return None
        if isinstance(error, Exception) and not self.close.alive:  # by another thread, meanwhile
            return closed(self.model_id)
        if isinstance(error, self._library.ResponseError):
            return self._refusal(cast("ResponseError", error))
        if isinstance(error, OverBudgetError):
            return ServerUnavailableError(
                f"{self.model_id}: the response from Ollama at {self.address} {error}",
                lasting=is_lasting(error),
            )
        if (reason := network_failure(error, self.url)) is not None:
            return ServerUnavailableError(f"{self.model_id}: {reason}", lasting=is_lasting(error))
        if isinstance(error, httpx.TimeoutException):
            return ServerUnavailableError(
                f"{self.model_id}: Ollama at {self.address} sent nothing for {self.timeout:g} s"
            )
        if isinstance(error, (httpx.ConnectError, ConnectionError)):
            return ServerUnavailableError(
                f"{self.model_id}: cannot connect to Ollama at {self.address}; start it with "
                "`ollama serve`, or give its address as base_url or in OLLAMA_HOST"
            )
        if isinstance(error, httpx.RequestError):
            return self.broken_off(str(error))
        if (drift := BLOBS.explain(error)) is not None:
            return drift
        if isinstance(error, _ODD_JSON):
            if words := error_in_place(error):
                return self._refusal(self._library.ResponseError(words))
            failure = self.broken_off("it sent something that Ollama does not send")
            # What pydantic raises quotes the server, which may repeat the key.
            failure.__cause__ = error if self._key is None else None
            return failure
        return None

    def broken_off(self, reason: str = "the last line is missing") -> ServerUnavailableError:
        """The error of an answer that stopped before its end."""
        return ServerUnavailableError(
            f"{self.model_id}: the response from Ollama at {self.address} was cut off "
            f"({quotable(reason, self._key)})"
        )

    def _refusal(self, error: ResponseError) -> RegistryError:
        message = quotable(server_words(str(error.error)), self._key)
        if error.status_code == 404 and "not found" in message and self.tag in message:
            return LoadError(
                f"{self.model_id}: Ollama at {self.address} has no {self.tag}; fetch it with "
                f"`ollama pull {self.tag}`"
            )
        if (numbers := tokens_and_window(message)) is not None:
            return InputError(
                f"{self.model_id}: the prompt has {numbers[0]:,} tokens, and the window of Ollama "
                f"at {self.address} is {numbers[1]:,}; context_length= of load enlarges it"
            )
        if error.status_code in (401, 403):
            key = "there is no key" if self._key is None else "the key is the one"
            return AuthenticationError(
                f"{self.model_id}: Ollama at {self.address} refuses access "
                f"({message or 'without a message'}); {key} in {self._key_source}"
            )
        status = "" if error.status_code < 0 else f" {error.status_code}"
        return BackendError(
            f"{self.model_id}: Ollama at {self.address} answers{status}: {message or 'nothing'}",
            status=error.status_code if status else None,
        )

    def _make(self, client: Any, address: str) -> Any:  # clients have no common type for this
        failure: RegistryError
        try:
            return client(**{address: self.url}, **self._settings())
        except Exception as error:  # whose words quote what may be part of a password
            reason = network_failure(error, self.url)
            failure = (
                LoadError(f"{self.address} is not a server address")
                if reason is None
                else ServerUnavailableError(f"{self.model_id}: {reason}")
            )
        # Raised out here, so that it does not drag along the library's frames, in which the key
        # is a variable.
        raise failure

    def _settings(self) -> dict[str, Any]:
        headers = None
        if self._key is not None:
            headers = {"authorization": f"Bearer {self._key.reveal()}"}
        return {"timeout": self.timeout, "headers": headers, "follow_redirects": True}


class _Explained(AbstractContextManager[None]):
    """Raises what an error means in its place.

    No generator with @contextmanager: that leaves a frame in the traceback that holds the error
    of the client, and so the words of the server, which may repeat the key.
    """

    def __init__(self, connection: OllamaConnection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        if not self._connection.close.alive:
            raise closed(self._connection.model_id)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        failure = None if error is None else self._connection.explain(error)
        del error
        if failure is not None:
            raise failure from failure.__cause__
