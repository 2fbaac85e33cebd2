"""Where the Hub is: HF_ENDPOINT, as huggingface_hub reads it, but before it does.

The library reads it while it is imported, and where it is no address, ends with a traceback after
a line on stdout.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from registry.errors import HubUnavailableError

PUBLIC = "https://huggingface.co"


def endpoint() -> str:
    """The address, without a name and a password; empty where HF_ENDPOINT is none."""
    try:
        parts = urlsplit(os.environ.get("HF_ENDPOINT", PUBLIC))
        _ = parts.hostname, parts.port  # read only when they are asked for
    except ValueError:
        return ""
    scheme = f"{parts.scheme}://" if parts.scheme else ""
    return f"{scheme}{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


def check_endpoint() -> None:
    """Raise HubUnavailableError where HF_ENDPOINT is no address."""
    if not endpoint():  # its text may hold a password
        raise HubUnavailableError(f"HF_ENDPOINT is no address; write it as {PUBLIC}, or unset it")
