"""The hash of a model card: which README.md a model had at its pinned revision."""

from __future__ import annotations

from pathlib import Path

from registry.errors import MissingExtraError, RepositoryFileError
from registry.files.digests import sha256
from registry.hub.endpoint import check_endpoint

_CARD = "README.md"


def cached_card_sha256(huggingface_id: str, revision: str) -> str | None:
    """SHA-256, in hexadecimal, of a card in the Hugging Face cache; None if it cannot be read.

    Makes no network requests. Without huggingface_hub there is no cache to look into.
    """
    try:
        from huggingface_hub import try_to_load_from_cache
    except ModuleNotFoundError:
        return None
    found = try_to_load_from_cache(huggingface_id, _CARD, revision=revision)
    if not isinstance(found, str):
        return None
    try:
        return sha256(Path(found))
    except OSError:
        return None


def card_sha256(huggingface_id: str, revision: str) -> str:
    """The same from the cache, else from the Hub. Raises HubError if neither has a card."""
    check_endpoint()
    if (known := cached_card_sha256(huggingface_id, revision)) is not None:
        return known
    try:
        from registry.hub.remote import open_remote
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "huggingface_hub", "hub") from None
    repository = open_remote(huggingface_id, revision)
    if _CARD not in repository.files:
        raise RepositoryFileError(f"{huggingface_id} has no {_CARD}")
    return repository.read_sha256(_CARD)
