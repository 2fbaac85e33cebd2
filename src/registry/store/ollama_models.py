"""What an Ollama server has: tags, digests, sizes; and taking a tag away."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from registry.backends.ollama_connection import DEFAULT_HOST
from registry.backends.remote import shown_address
from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
from registry.secret import hidden
from registry.store.stored import StoredModel

if TYPE_CHECKING:
    from ollama import Client

_PATIENCE = 10.0  # seconds; listing reads a folder


def read_ollama(host: str | None = None) -> tuple[StoredModel, ...]:
    """The models of a server: the one given, else OLLAMA_HOST, else the usual one here.

    Raises ServerUnavailableError, StoreError, and MissingExtraError without the client.
    """
    with _client(host) as client:
        models = client.list().models
    return tuple(
        StoredModel(
            store="ollama",
            name=model.model,
            revision=f"sha256:{(model.digest or '').removeprefix('sha256:')}",
            size=int(model.size or 0),
            freed=int(model.size or 0),
            files=1,
            last_used=model.modified_at,
            refs=(model.model,),
        )
        for model in sorted(models, key=lambda each: each.model or "")
        if model.model is not None
    )


def full_tag(tag: str) -> str:
    """A tag in full, and as one compares it: to Ollama case does not matter.

    >>> full_tag("mistral"), full_tag("qwen3:0.6b-q4_K_M")
    ('mistral:latest', 'qwen3:0.6b-q4_k_m')
    """
    return (tag if ":" in tag.rpartition("/")[2] else f"{tag}:latest").casefold()


def ollama_digests(host: str | None = None) -> dict[str, str]:
    """Full tag -> digest of what the server has. Raises as read_ollama does."""
    return {full_tag(model.name): model.revision for model in read_ollama(host)}


def held_blobs(digests: Iterable[str], host: str | None = None) -> set[str]:
    """Which of these SHA-256 the server holds as blobs. Raises as read_ollama does."""
    import ollama

    found: set[str] = set()
    with _client(host) as client:
        # The client has no call that asks for a blob; this is what all of its calls are made of.
        untyped: Any = client
        for digest in digests:
            try:
                untyped._request_raw("HEAD", f"/api/blobs/sha256:{digest}")
            except ollama.ResponseError as error:
                if error.status_code != 404:
                    raise
            else:
                found.add(digest)
    return found


def delete_tag(tag: str, host: str | None = None) -> None:
    """Take a tag away; the server drops the blobs that no other tag uses. Raises StoreError."""
    with _client(host) as client:
        client.delete(tag)


@contextmanager
def _client(host: str | None) -> Generator[Client]:
    """A client whose failures are errors of this package."""
    try:
        import httpx
        import ollama
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "ollama", "ollama") from None
    try:
        yield ollama.Client(host=host, timeout=_PATIENCE)
    except ollama.ResponseError as error:
        key = hidden(os.environ.get("OLLAMA_API_KEY"))  # some servers repeat it
        message = key.redact(error.error) if key else error.error
        raise StoreError(f"Ollama refuses: {message}") from None
    except (httpx.TransportError, ConnectionError):
        address = shown_address(host or os.environ.get("OLLAMA_HOST") or DEFAULT_HOST)
        raise ServerUnavailableError(
            f"no Ollama answers at {address}; start it with `ollama serve`, or give its address in "
            "OLLAMA_HOST"
        ) from None
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError(f"what answers there is no Ollama: {error}") from None
