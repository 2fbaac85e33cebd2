"""A server of chat completions: where it is, how it is asked, and what its failures mean."""

from __future__ import annotations

import json
import logging
import os
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from registry.backends._openai_key import HUB, find_key
from registry.backends.interface import LoadOptions
from registry.errors import (
    AuthenticationError,
    BackendError,
    LoadError,
    MissingExtraError,
    RegistryError,
    ServerUnavailableError,
)
from registry.libraries.huggingface_hub import REQUESTS
from registry.models.api import ApiModel, api_of
from registry.secret import shown_address

if TYPE_CHECKING:
    from types import ModuleType

    from registry.models.kinds import LlmLike

_log = logging.getLogger(__name__)

_LONGEST_MESSAGE = 500
# A connection that is kept may be closing at the other end while the next request is on its way:
# servers close it after some seconds, and those built on Starlette also after an error.
_FRESH = {"connection": "close"}


class OpenAIConnection:
    """A server and the key for it, which no message, log or repr shows."""

    def __init__(self, model: LlmLike, options: LoadOptions) -> None:
        self._library = _library()
        self.model_id = model.id
        self.timeout = options.timeout
        # A server that is named is asked as it is; the provider of the entry only otherwise.
        api = api_of(model) if options.base_url is None else None
        self._base_url = _base_url(options, api)
        self.address = HUB if self._base_url is None else shown_address(self._base_url)
        self.server_model = _server_model(model, options)
        self._secret, self._key_source = find_key(
            model, options, self._base_url, self._library, api
        )
        _log.debug("%s: %s, key from %s", self.model_id, self.address, self._key_source)

    def client(self) -> Any:
        """An InferenceClient for one stream; closing it hangs up."""
        return self._library.InferenceClient(**self._settings())

    def async_client(self) -> Any:
        """An AsyncInferenceClient for one stream; closing it hangs up."""
        return self._library.AsyncInferenceClient(**self._settings())

    def check(self) -> None:
        """Knock at a server of one's own: is it there, and does it take the key?

        Servers need not have the page that is asked for, so any other answer will do.
        Raises ServerUnavailableError, AuthenticationError.
        """
        if self._base_url is None:
            return
        headers = dict(_FRESH)
        if self._secret is not None:
            headers["authorization"] = f"Bearer {self._secret.reveal()}"
        failure: RegistryError | None = None
        try:
            status = (
                self._library.get_session()
                .get(_models_url(self._base_url), headers=headers, timeout=self.timeout)
                .status_code
            )
            if status in (401, 403):
                failure = self._refused("")
        except Exception as error:
            failure = self.explain(error)
            if failure is None:
                raise
        finally:
            headers.clear()
        if failure is not None:
            raise failure

    def explain(self, error: Exception) -> RegistryError | None:
        """What an error of the library means, or None for one that is no failure of a server."""
        import httpx2
        from huggingface_hub import errors

        if isinstance(error, errors.HfHubHTTPError):
            return self._explain_status(error)
        if isinstance(error, errors.TextGenerationError):
            # An error in place of a word, in the middle of a stream.
            return BackendError(self._says(_message(error.args[0] if error.args else "")))
        if isinstance(error, errors.OfflineModeIsEnabled):
            return ServerUnavailableError(
                f"{self.model_id}: HF_HUB_OFFLINE is set, and with it huggingface_hub asks no "
                "server at all, not even one of yours; unset it"
            )
        if isinstance(error, (errors.InferenceTimeoutError, httpx2.TimeoutException)):
            return ServerUnavailableError(
                f"{self.model_id}: {self.address} sent nothing for {self.timeout:g} s"
            )
        if isinstance(error, httpx2.ConnectError):
            return ServerUnavailableError(f"{self.model_id}: nobody answers at {self.address}")
        if isinstance(error, httpx2.TransportError):
            return self.broken_off(str(error))
        if (drift := REQUESTS.explain(error)) is not None:
            return drift
        if isinstance(error, (ValueError, TypeError, AttributeError, RecursionError)):
            # The library raises what json and its own code do on JSON that is cut or different.
            return self.broken_off("it sent something that is no chat completion")
        return None

    async def read_refusal(self, error: Exception) -> None:
        """Read the body of a refusal, which the asynchronous client leaves unread."""
        import httpx2
        from huggingface_hub.errors import HfHubHTTPError

        if isinstance(error, HfHubHTTPError):
            try:
                await error.response.aread()
            except (httpx2.HTTPError, httpx2.StreamError):
                return  # the status alone will have to do

    def broken_off(self, reason: str = "its end is missing") -> ServerUnavailableError:
        """The error of an answer that stopped before its end."""
        return ServerUnavailableError(
            self._redacted(f"{self.model_id}: the answer of {self.address} broke off ({reason})")
        )

    def _explain_status(self, error: Any) -> RegistryError:  # HfHubHTTPError, imported when used
        import httpx2

        status = int(error.response.status_code)
        try:
            message = _message(error.response.text)
        except httpx2.StreamError:
            message = ""
        if status in (401, 403):
            return self._refused(message)
        reason = error.response.reason_phrase
        return BackendError(self._says(f"{status} {message or reason}"))

    def _refused(self, message: str) -> AuthenticationError:
        said = f" ({self._redacted(message)})" if message else ""
        if self._secret is None:
            return AuthenticationError(
                f"{self.model_id}: {self.address} wants a key{said}; there is none in "
                f"{self._key_source}"
            )
        return AuthenticationError(
            f"{self.model_id}: {self.address} refuses the key from {self._key_source}{said}"
        )

    def _says(self, message: str) -> str:
        return self._redacted(f"{self.model_id}: {self.address} answers: {message or 'an error'}")

    def _redacted(self, message: str) -> str:
        return message if self._secret is None else self._secret.redact(message)

    def _settings(self) -> dict[str, Any]:
        headers: dict[str, str | None] = dict(_FRESH)
        if self._secret is None:
            # Without a token the library would send the one of `hf auth login` to whoever this
            # is. An authorization of None is left out of the request.
            headers["authorization"] = None
        return {
            "base_url": self._base_url,
            "timeout": self.timeout,
            "headers": headers,
            "token": "none" if self._secret is None else self._secret.reveal(),
        }


def _server_model(model: LlmLike, options: LoadOptions) -> str:
    """What the server calls the model: as given, else as its provider or the Hub does."""
    api = api_of(model)
    name = options.server_model or (api.name if api is not None else model.huggingface_id)
    if name is None:
        raise LoadError(
            f"{model.id} has neither a provider nor a Hub repository in its entry; say what the "
            "server calls it with server_model="
        )
    return name


def _base_url(options: LoadOptions, api: ApiModel | None) -> str | None:
    if api is not None:
        if api.base_url is None:
            raise LoadError(
                f"the address of {api.provider} is not known; give base_url in the entry, or as "
                "an argument"
            )
        return api.base_url
    given = options.base_url or os.environ.get("REGISTRY_OPENAI_BASE_URL", "").strip() or None
    if given is None:
        return None
    import httpx2

    try:
        url = httpx2.URL(given)
    except (httpx2.InvalidURL, ValueError):  # whose words quote what may be part of a password
        raise LoadError(f"{shown_address(given)} is no address of a server") from None
    # The library takes an address without a scheme for the name of a model on the Hub.
    if url.scheme not in ("http", "https") or not url.host:
        raise LoadError(
            f"{shown_address(given)} is no address of a server: it should begin with http:// or "
            "https:// and a host"
        )
    if url.userinfo:
        raise LoadError(
            f"the address {shown_address(given)} comes with a user or password in it; "
            "give the key as api_key instead"
        )
    return given


def _models_url(base_url: str) -> str:
    """Where a server lists its models, beside where InferenceClient asks for completions."""
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/").removesuffix("/chat/completions")
    if not path.endswith("/v1"):
        path += "/v1"
    return parts._replace(path=f"{path}/models").geturl()


def _message(body: object) -> str:
    """The sentence in an error as the various servers send it: text, JSON, or JSON in JSON."""
    found = body
    if isinstance(body, str):
        try:
            found = json.loads(body)
        except ValueError:
            if body.lstrip().startswith("<"):
                return ""  # a page for people
    if isinstance(found, dict):
        fields = cast("dict[str, object]", found)
        for name in ("error", "message", "detail"):
            if fields.get(name):
                return _message(fields[name])
    return " ".join(str(body).split())[:_LONGEST_MESSAGE]


def _library() -> ModuleType:
    try:
        import huggingface_hub
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "hub") from None
    return huggingface_hub
