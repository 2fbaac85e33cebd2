"""A server of chat completions: where it is, how requests are sent, what its failures mean."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from registry.backends._chat_stream import ErrorEventError, NoCompletionError
from registry.backends._openai_address import at_root_of, base_url, beneath
from registry.backends._openai_key import HUB, find_key
from registry.backends._openai_redirects import aanswered, answered
from registry.backends._refusal import NoJsonError, RefusedError
from registry.backends.interface import LoadOptions
from registry.budgets import OverBudgetError
from registry.encoders.closing import closed
from registry.errors import (
    AuthenticationError,
    BackendError,
    InputError,
    LoadError,
    MissingExtraError,
    RegistryError,
    ServerUnavailableError,
    UnsupportedError,
)
from registry.libraries.huggingface_hub import REQUESTS
from registry.models.api import api_of
from registry.network import is_lasting, network_failure
from registry.secret import shown_address
from registry.server_words import quotable, server_words, tokens_and_window

if TYPE_CHECKING:
    from types import ModuleType

    from registry.models.kinds import CrossEncoderLike, DenseLike, LlmLike

    Served = LlmLike | DenseLike | CrossEncoderLike

_log = logging.getLogger(__name__)

# Where huggingface_hub's own client sends completions for the Hub's inference providers.
_ROUTER = "https://router.huggingface.co/v1"
# The other end may close a kept-alive connection while the next request is on its way: servers do
# so after some seconds, and those built on Starlette also after an error.
_FRESH = {"connection": "close", "accept-encoding": "identity"}


class OpenAIConnection:
    """A server and the key for it, which no message, log or repr shows."""

    def __init__(self, model: Served, options: LoadOptions, *, own_server: bool = False) -> None:
        self._library = _library()
        self.model_id = model.id
        self.timeout = options.timeout
        self.closed = False  # set by `close` of an encoder or generator
        self.at_root: set[str] = set()  # pages that are not below the address
        # A given server is used as it is; the entry's provider only otherwise.
        api = api_of(model) if options.base_url is None else None
        self._base_url = base_url(options, api)
        self._hosted = api is not None or self._base_url is None
        self._url = self._base_url or _ROUTER
        if own_server and self._hosted:
            raise LoadError(
                f"{model.id}: say which server has the model with base_url= or "
                "REGISTRY_OPENAI_BASE_URL"
            )
        self.address = HUB if self._base_url is None else shown_address(self._base_url)
        self.server_model = _server_model(model, options)
        self._secret, self._key_source = find_key(
            model, options, self._base_url, self._library, api
        )
        _log.debug("%s: %s, key from %s", self.model_id, self.address, self._key_source)

    def open(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, at_root: bool = False
    ) -> AbstractContextManager[Any]:
        """Send a request, and keep the connection while the response is read; leaving closes it."""
        session = self._library.get_session()
        return answered(
            session, session.build_request(**self._request(method, path, body, at_root=at_root))
        )

    @asynccontextmanager
    async def apost(self, path: str, body: dict[str, Any]) -> AsyncGenerator[Any]:
        """`open` in the running event loop, with POST."""
        async with (
            self._library.get_async_session() as session,
            aanswered(
                session, session.build_request(**self._request("POST", path, body))
            ) as answer,
        ):
            yield answer

    def check(self) -> None:
        """Check a server of your own: is it there, and does it accept the key?

        Servers need not have the requested page, so any other response is fine.
        Raises ServerUnavailableError, AuthenticationError.
        """
        if self._base_url is None:
            return
        failure: RegistryError | None = None
        try:
            with self.open("GET", "models") as answer:
                status = answer.status_code
            if status in (401, 403):
                failure = self._refused("")
        except Exception as error:
            failure = self.explain(error)
            if failure is None:
                raise
        if failure is not None:
            raise failure

    def check_switch(self) -> None:
        """Make sure that the server may know a switch for thinking. Raises UnsupportedError.

        vLLM, SGLang and llama.cpp pass it to the chat template; each hosted API has its own.
        """
        if self._hosted:
            raise UnsupportedError(
                f"{self.model_id}: Sampling(thinking=...) is for self-hosted servers; "
                f"{self.address} is not known to accept it"
            )

    def explain(self, error: Exception) -> RegistryError | None:
        """What an error of the library means, or None if it is not a server failure."""
        import httpx2
        from huggingface_hub import errors

        if isinstance(error, RefusedError):
            return self._explain_status(error)
        if isinstance(error, NoJsonError):
            return self.odd("it is not JSON")
        if isinstance(error, ErrorEventError):
            return BackendError(self._says(str(error)))
        if isinstance(error, NoCompletionError):
            return self.broken_off(str(error))
        if isinstance(error, OverBudgetError):
            return ServerUnavailableError(
                f"{self.model_id}: the response from {self.address} {error}",
                lasting=is_lasting(error),
            )
        if isinstance(error, errors.OfflineModeIsEnabled):
            return ServerUnavailableError(
                f"{self.model_id}: HF_HUB_OFFLINE is set, which keeps huggingface_hub from "
                "contacting any server, even your own; unset it",
                lasting=True,
            )
        if (reason := network_failure(error, self._url)) is not None:
            return ServerUnavailableError(f"{self.model_id}: {reason}", lasting=is_lasting(error))
        if isinstance(error, httpx2.TimeoutException):
            return ServerUnavailableError(
                f"{self.model_id}: {self.address} sent nothing for {self.timeout:g} s"
            )
        if isinstance(error, httpx2.ConnectError):
            return ServerUnavailableError(f"{self.model_id}: cannot connect to {self.address}")
        if isinstance(error, httpx2.RequestError):
            return self.broken_off(str(error))
        return REQUESTS.explain(error)

    def broken_off(self, reason: str = "its end is missing") -> ServerUnavailableError:
        """The error for a response that stopped before its end."""
        return ServerUnavailableError(
            f"{self.model_id}: the response from {self.address} was cut off "
            f"({quotable(reason, self._secret)})"
        )

    def odd(self, reason: str, words: str = "") -> BackendError:
        """The error for an invalid response, or for an error with a status of success."""
        if words:
            return BackendError(self._says(words))
        return ServerUnavailableError(
            f"{self.model_id}: the response from {self.address} is not what we expected: {reason}"
        )

    def _explain_status(self, error: RefusedError) -> RegistryError:
        message = server_words(error.body)
        if error.status in (401, 403):
            return self._refused(message)
        if (numbers := tokens_and_window(message)) is not None:
            return InputError(
                f"{self.model_id}: the prompt has {numbers[0]:,} tokens; {self.address} reads "
                f"{numbers[1]:,} for prompt and answer together"
            )
        said = self._says(f"{error.status} {message or error.reason}")
        return BackendError(said, status=error.status, retry_after=error.wait)

    def _refused(self, message: str) -> AuthenticationError:
        said = f" ({quotable(message, self._secret)})" if message else ""
        if self._secret is None:
            return AuthenticationError(
                f"{self.model_id}: {self.address} requires a key{said}; there is none in "
                f"{self._key_source}"
            )
        return AuthenticationError(
            f"{self.model_id}: {self.address} refuses the key from {self._key_source}{said}"
        )

    def _says(self, message: str) -> str:
        said = quotable(message, self._secret) or "an error"
        return f"{self.model_id}: {self.address} answers: {said}"

    def _request(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        at_root: bool = False,
    ) -> dict[str, Any]:
        """The arguments of the library's client: used only in that call."""
        if self.closed:
            raise closed(self.model_id)
        # Not the token of `hf auth login`, which the library would send to any server.
        headers = dict(_FRESH)
        if self._secret is not None:
            headers["authorization"] = f"Bearer {self._secret.reveal()}"
        return {
            "method": method,
            "url": at_root_of(self._url, path) if at_root else beneath(self._url, path),
            "json": body,
            "headers": headers,
            "timeout": self.timeout,
        }


def _server_model(model: Served, options: LoadOptions) -> str:
    """The server's name for the model: as given, else the provider's or the Hub's."""
    api = api_of(model)
    name = options.server_model or (api.name if api is not None else model.huggingface_id)
    if name is None:
        raise LoadError(
            f"{model.id} has neither a provider nor a Hub repository in its entry; say what the "
            "server calls it with server_model="
        )
    return name


def _library() -> ModuleType:
    try:
        import huggingface_hub
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "hub") from None
    return huggingface_hub
