"""The key for a server of chat completions: which one, and whether it may be sent there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from ipaddress import ip_address
from types import ModuleType
from urllib.parse import urlsplit

from registry.backends.interface import LoadOptions
from registry.errors import AuthenticationError
from registry.models.api import ApiModel
from registry.models.kinds import CrossEncoderLike, DenseLike, LlmLike
from registry.secret import Secret, hidden

HUB = "the inference providers of the Hugging Face Hub"


def find_key(
    model: LlmLike | DenseLike | CrossEncoderLike,
    options: LoadOptions,
    base_url: str | None,
    library: ModuleType,
    api: ApiModel | None = None,
) -> tuple[Secret | None, str]:
    """The key, and where it comes from or was looked for.

    `api` is the provider, if there is one: then only its own key is sent there. HF_TOKEN gives
    access to an account on the Hub: it is not sent where it could be read in transit.
    Raises AuthenticationError for a key that cannot be one, or none for the Hub.
    """
    if api is not None:
        return _provider_key(model, options, api)
    mixtral = "mixtral" in (model.huggingface_id or "").lower()
    variables = ["MIXTRAL_API_KEY"] if mixtral else []
    readable = base_url is not None and _readable_on_the_way(base_url)
    if not readable:
        variables.append("HF_TOKEN")
    looked = " or ".join(["api_key", *variables])
    if readable:
        looked += " (HF_TOKEN is sent to other machines over https only)"
    found = _given(options, variables) or (None, looked)
    if base_url is not None:
        return found
    if found[0] is None and (token := hidden(library.get_token())) is not None:
        found = (token.for_header("`hf auth login`"), "`hf auth login`")
    if found[0] is None:
        raise AuthenticationError(f"{model.id}: {HUB} require a key; there is none in {looked}")
    if not found[0].reveal().startswith("hf_"):
        raise AuthenticationError(
            f"{model.id}: the key from {found[1]} is not one of {HUB}, whose keys begin with "
            "hf_; give the address of the server it is for as base_url or in "
            "REGISTRY_OPENAI_BASE_URL"
        )
    return found


def _provider_key(
    model: LlmLike | DenseLike | CrossEncoderLike | DenseLike | CrossEncoderLike,
    options: LoadOptions,
    api: ApiModel,
) -> tuple[Secret, str]:
    found = _given(options, api.key_variables)
    if found is None:
        looked = " or ".join(("api_key", *api.key_variables))
        raise AuthenticationError(
            f"{model.id}: the API of {api.provider} needs a key; there is none in {looked}"
        )
    return found


def _given(options: LoadOptions, variables: Iterable[str]) -> tuple[Secret, str] | None:
    """The key as given, else from the first variable that is set."""
    if options.api_key is not None:
        return options.api_key.for_header("api_key"), "api_key"
    for variable in variables:
        if os.environ.get(variable, "").strip():
            return Secret(os.environ[variable]).for_header(variable), variable
    return None


def _readable_on_the_way(base_url: str) -> bool:
    """Whether data sent there leaves this machine unencrypted.

    >>> _readable_on_the_way("http://gpu.example.com:8000/v1")
    True
    >>> _readable_on_the_way("http://localhost:8000"), _readable_on_the_way("https://example.com")
    (False, False)
    """
    parts = urlsplit(base_url)
    if parts.scheme.lower() != "http":
        return False
    host = parts.hostname or ""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
