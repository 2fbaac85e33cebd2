"""What an Ollama server has: tags, digests, sizes; and deleting a tag."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.budgets import OverBudgetError
from registry.errors import LoadError, MissingExtraError, ServerUnavailableError, StoreError
from registry.files.stored import StoredModel
from registry.libraries.ollama import BLOBS, has_blob, library
from registry.network import RedirectError, network_failure
from registry.ollama.address import ollama_url, shown_host
from registry.ollama.clients import close_clients, library_client
from registry.secret import hidden
from registry.server_words import quotable, server_words

if TYPE_CHECKING:
    from ollama import Client

_FROM = re.compile(r"^FROM \S*sha256-([0-9a-f]{64})\s*$", re.MULTILINE)
_PATIENCE = 10.0  # seconds; listing reads a folder


def read_ollama(host: str | None = None, *, shared: bool = False) -> tuple[StoredModel, ...]:
    """The models of a server: the one given, else OLLAMA_HOST, else the usual one here.

    shared: ask for each model which weights it has, so that those of several count once.
    Raises ServerUnavailableError, StoreError, and MissingExtraError without the client.
    """
    with _client(host) as client:
        models = client.list().models
        names = [each.model for each in models if shared and each.model is not None]
        weights = {name: _weights(client, name) for name in names}
    # The listed size of a model is the sum of its layers; all but the weights are small.
    least: dict[str, int] = {}
    for model in models:
        if (blob := weights.get(model.model or "")) is not None:
            size = int(model.size or 0)
            least[blob] = min(size, least.get(blob, size))
    found: list[StoredModel] = []
    for model in models:
        if model.model is None or model.digest is None:
            raise StoreError(
                f"Ollama at {shown_host(host)} is too old: it lists a model without a tag or a "
                "digest; upgrade it"
            )
        digest = f"sha256:{model.digest.removeprefix('sha256:')}"
        size, blob = int(model.size or 0), weights.get(model.model or "")
        blobs = {digest: size} if blob is None else {blob: least[blob], digest: size - least[blob]}
        found.append(
            StoredModel(
                store="ollama",
                name=model.model,
                revision=digest,
                # Two tags of one digest are one model; two models may share their weights.
                blobs=blobs,
                files=1,
                # Ollama records when a tag was made or fetched, not when a model was used.
                last_used=None,
                refs=(model.model,),
            )
        )
    return tuple(sorted(found, key=lambda model: model.name))


def _weights(client: Client, name: str) -> str | None:
    """The blob of a model's weights, as its modelfile names it."""
    try:
        modelfile = client.show(name).modelfile or ""
    except library().ResponseError:  # removed in the meantime, or one that cannot be shown
        return None
    found = _FROM.search(modelfile)
    return None if found is None else f"sha256:{found[1]}"


def full_tag(tag: str) -> str:
    """A tag in full, and as one compares it: to Ollama case does not matter.

    >>> full_tag("mistral"), full_tag("qwen3:0.6b-q4_K_M")
    ('mistral:latest', 'qwen3:0.6b-q4_k_m')
    """
    return (tag if ":" in tag.rpartition("/")[2] else f"{tag}:latest").casefold()


def ollama_digests(host: str | None = None) -> dict[str, str]:
    """Full tag -> digest on the server. Raises as read_ollama does."""
    return {full_tag(model.name): model.revision for model in read_ollama(host)}


def held_blobs(digests: Iterable[str], host: str | None = None) -> set[str]:
    """Which of these SHA-256 the server holds as blobs. Raises as read_ollama does."""
    with _client(host) as client:
        return {digest for digest in digests if has_blob(client, f"sha256:{digest}")}


def running_memory(tag: str, host: str | None = None) -> int | None:
    """Bytes of memory that a running model takes, as the server says; None if it does not run.

    Raises as read_ollama does.
    """
    with _client(host) as client:
        running = client.ps().models
    for each in running:
        if each.model is not None and full_tag(each.model) == full_tag(tag):
            return None if each.size is None else int(each.size)
    return None


def delete_tag(tag: str, host: str | None = None) -> None:
    """Delete a tag; the server drops the blobs that no other tag uses. Raises StoreError."""
    with _client(host) as client:
        client.delete(tag)


@contextmanager
def _client(host: str | None) -> Generator[Client]:
    """A client whose failures are errors of this package."""
    address = shown_host(host)
    try:
        url = ollama_url(host)
    except LoadError as error:
        raise StoreError(str(error)) from None
    try:
        import httpx

        ollama = library()
        client = library_client(host=url, timeout=_PATIENCE)
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "ollama", "ollama") from None
    except Exception as error:  # bad settings of proxies and certificates
        raise _unreached(error, url, address) from None
    try:
        yield client
    except ollama.ResponseError as error:
        key = hidden(os.environ.get("OLLAMA_API_KEY"))  # some servers repeat it
        message = quotable(server_words(error.error), key)
        raise StoreError(
            f"Ollama at {address} refused the request: {message or 'no message'}"
        ) from None
    except (httpx.RequestError, ConnectionError, RedirectError) as error:
        raise _unreached(error, url, address) from None
    except OverBudgetError as error:
        raise ServerUnavailableError(f"the response from {address} {error}") from None
    except (ValueError, TypeError, AttributeError) as error:
        if (drift := BLOBS.explain(error)) is not None:
            raise drift from None
        if (reason := network_failure(error, url)) is not None:
            raise ServerUnavailableError(reason) from None
        # As json, pydantic or the client say it.
        raise StoreError(
            f"what answers at {address} is not an Ollama server; give the address of one in "
            "OLLAMA_HOST"
        ) from None
    finally:
        close_clients(client)


def _unreached(error: Exception, url: str, address: str) -> ServerUnavailableError:
    if (reason := network_failure(error, url)) is not None:
        return ServerUnavailableError(reason)
    return ServerUnavailableError(
        f"cannot connect to Ollama at {address}; start it with `ollama serve`, or give its "
        "address in OLLAMA_HOST"
    )
