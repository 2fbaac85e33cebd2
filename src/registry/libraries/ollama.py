"""ollama: importing it, checking for a blob, and sending one.

The library creates a client at import, from OLLAMA_HOST as it reads it: addresses that Ollama
itself accepts ("::1", quotes around it) then raise a ValueError. So it is imported without that
variable.

The client has no call to check for a blob, and its `create_blob` reads a file again for the digest.
Instead, the request method behind all of its calls is used.
"""

from __future__ import annotations

import os
import threading
from typing import IO, TYPE_CHECKING, Any

from registry.libraries.seams import Part, Seam

if TYPE_CHECKING:
    from types import ModuleType

    from ollama import Client

_HOST = "OLLAMA_HOST"
_importing = threading.Lock()

BLOBS = Seam("ollama", ">=0.6,<0.7", (Part("ollama:Client._request_raw"),))


def library() -> ModuleType:
    """The library itself. Raises ModuleNotFoundError.

    Other errors come from the environment: proxies and certificates with which no HTTP client can
    be created.
    """
    with _importing:
        host = os.environ.pop(_HOST, None)
        try:
            import ollama
        finally:
            if host is not None:
                os.environ[_HOST] = host
    return ollama


def has_blob(client: Client, digest: str) -> bool:
    """Whether the server has a blob, by its digest: "sha256:...". Raises as the client does."""
    try:
        _request(client, "HEAD", digest)
    except library().ResponseError as error:
        if error.status_code != 404:
            raise
        return False
    return True


def send_blob(client: Client, digest: str, content: IO[bytes]) -> None:
    """Give the server a blob. Raises as the client does."""
    _request(client, "POST", digest, content=content)


def _request(client: Client, method: str, digest: str, **arguments: Any) -> None:
    BLOBS.verify()
    untyped: Any = client
    answer: Any = untyped._request_raw(method, f"/api/blobs/{digest}", **arguments)
    if getattr(answer, "is_success", False) is not True:  # else a refusal counts as a blob
        raise BLOBS.drifted("Client._request_raw neither answers nor raises where it is refused")
