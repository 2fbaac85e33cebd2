"""ollama: asking for one blob, and sending one.

The client has no call that asks for a blob, and its `create_blob` reads a file once more for the
digest. What is used instead is what all of its calls are made of.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from registry.libraries.seams import Part, Seam

if TYPE_CHECKING:
    from ollama import Client

BLOBS = Seam("ollama", ">=0.6,<0.7", (Part("ollama:Client._request_raw"),))


def has_blob(client: Client, digest: str) -> bool:
    """Whether the server has a blob, by its digest: "sha256:...". Raises as the client does."""
    import ollama

    try:
        _request(client, "HEAD", digest)
    except ollama.ResponseError as error:
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
    if getattr(answer, "is_success", False) is not True:  # a refusal would pass for a blob
        raise BLOBS.drifted("Client._request_raw neither answers nor raises where it is refused")
