"""The key for a server of chat completions: which one, and whether it may be sent there."""

from __future__ import annotations

import os
from ipaddress import ip_address
from types import ModuleType
from urllib.parse import urlsplit

from registry.backends.interface import LoadOptions
from registry.errors import AuthenticationError
from registry.models.kinds import LlmLike
from registry.secret import Secret, hidden

HUB = "the inference providers of the Hugging Face Hub"


def find_key(
    model: LlmLike, options: LoadOptions, base_url: str | None, library: ModuleType
) -> tuple[Secret | None, str]:
    """The key, and where it is from or was looked for.

    HF_TOKEN opens an account on the Hub: it is not sent where everybody on the way could read it.
    Raises AuthenticationError for a key that cannot be one, or none for the Hub.
    """
    variables = ["MIXTRAL_API_KEY"] if "mixtral" in model.huggingface_id.lower() else []
    readable = base_url is not None and _readable_on_the_way(base_url)
    if not readable:
        variables.append("HF_TOKEN")
    looked = " or ".join(["api_key", *variables])
    if readable:
        looked += " (HF_TOKEN goes to other machines over https alone)"
    found: tuple[Secret | None, str] = (None, looked)
    if options.api_key is not None:
        found = (options.api_key.for_header("api_key"), "api_key")
    else:
        for variable in variables:
            if os.environ.get(variable, "").strip():
                found = (Secret(os.environ[variable]).for_header(variable), variable)
                break
    if base_url is not None:
        return found
    if found[0] is None and (token := hidden(library.get_token())) is not None:
        found = (token.for_header("`hf auth login`"), "`hf auth login`")
    if found[0] is None:
        raise AuthenticationError(f"{model.id}: {HUB} want a key; there is none in {looked}")
    if not found[0].reveal().startswith("hf_"):
        raise AuthenticationError(
            f"{model.id}: the key from {found[1]} is none of {HUB}, whose keys begin with "
            "hf_; give the address of the server it is for as base_url or in "
            "REGISTRY_OPENAI_BASE_URL"
        )
    return found


def _readable_on_the_way(base_url: str) -> bool:
    """Whether what is sent there leaves this machine without being encrypted.

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
