"""Models behind an API: which provider serves them, under which name, at which address."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import LoadError
from registry.models.kinds import Identified
from registry_base.providers import PROVIDERS


def repository_of(model: Identified) -> str:
    """The Hub repository of a model. Raises LoadError for one that only an API serves.

    >>> from registry import ALL_MINILM_L6_V2
    >>> repository_of(ALL_MINILM_L6_V2)
    'sentence-transformers/all-MiniLM-L6-v2'
    """
    if model.huggingface_id is None:
        api = api_of(model)
        served = f"is served by the API of {api.provider}" if api else "has no repository"
        raise LoadError(
            f'{model.id} {served}, so it has no weights to load here; load(..., backend="openai") '
            "asks the API"
        )
    return model.huggingface_id


@dataclass(frozen=True)
class ApiModel:
    """What is known about a model's API.

    name: the provider's name of the model; base_url: the address to call, None if that is not
    known; key_variables: environment variables that may hold its key.
    """

    provider: str
    name: str
    base_url: str | None
    key_variables: tuple[str, ...]


def api_of(model: object) -> ApiModel | None:
    """The API that serves a model by its entry; None for one without a provider.

    >>> from types import SimpleNamespace
    >>> entry = SimpleNamespace(provider="mistral", provider_model="mistral-embed", base_url=None)
    >>> api_of(entry).base_url
    'https://api.mistral.ai/v1'
    """
    # Classes from an earlier generator lack these fields.
    provider: str | None = getattr(model, "provider", None)
    name: str | None = getattr(model, "provider_model", None)
    if provider is None or name is None:
        return None
    known = PROVIDERS.get(provider)
    address: str | None = getattr(model, "base_url", None)
    if address is not None:
        if known is None:
            return ApiModel(provider, name, address, (_variable(provider),))
        # A key goes only to its provider, not to another that uses the name.
        theirs = address.rstrip("/") == known.base_url
        return ApiModel(provider, name, address, known.key_variables if theirs else ())
    if known is None:
        return ApiModel(provider, name, None, (_variable(provider),))
    return ApiModel(provider, name, known.base_url, known.key_variables)


def _variable(provider: str) -> str:
    """The usual variable for the key of a provider that is not listed: ACME_AI_API_KEY."""
    return "".join(c if c.isalnum() else "_" for c in provider.upper()) + "_API_KEY"
