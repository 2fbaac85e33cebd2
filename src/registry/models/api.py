"""Models behind an API: which provider serves them, under which name, at which address.

A provider's address and the variable of its key are facts about the provider, so they stand here
once; an entry of the catalogue names the provider, and `base_url` only where it is not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from registry.errors import LoadError
from registry.models.kinds import Identified


@dataclass(frozen=True)
class Provider:
    """An OpenAI-compatible API: its address, and the variables that may hold its key."""

    base_url: str
    key_variables: tuple[str, ...]


PROVIDERS: Final[Mapping[str, Provider]] = {
    "anthropic": Provider("https://api.anthropic.com/v1", ("ANTHROPIC_API_KEY",)),
    "cerebras": Provider("https://api.cerebras.ai/v1", ("CEREBRAS_API_KEY",)),
    "cohere": Provider("https://api.cohere.ai/compatibility/v1", ("COHERE_API_KEY", "CO_API_KEY")),
    "deepinfra": Provider("https://api.deepinfra.com/v1/openai", ("DEEPINFRA_API_KEY",)),
    "deepseek": Provider("https://api.deepseek.com/v1", ("DEEPSEEK_API_KEY",)),
    "fireworks": Provider("https://api.fireworks.ai/inference/v1", ("FIREWORKS_API_KEY",)),
    "google": Provider(
        "https://generativelanguage.googleapis.com/v1beta/openai",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ),
    "groq": Provider("https://api.groq.com/openai/v1", ("GROQ_API_KEY",)),
    "jina": Provider("https://api.jina.ai/v1", ("JINA_API_KEY",)),
    "mistral": Provider("https://api.mistral.ai/v1", ("MISTRAL_API_KEY", "MIXTRAL_API_KEY")),
    "nvidia": Provider("https://integrate.api.nvidia.com/v1", ("NVIDIA_API_KEY",)),
    "openai": Provider("https://api.openai.com/v1", ("OPENAI_API_KEY",)),
    "openrouter": Provider("https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
    "perplexity": Provider("https://api.perplexity.ai", ("PERPLEXITY_API_KEY",)),
    "together": Provider("https://api.together.xyz/v1", ("TOGETHER_API_KEY",)),
    "voyage": Provider("https://api.voyageai.com/v1", ("VOYAGE_API_KEY",)),
    "xai": Provider("https://api.x.ai/v1", ("XAI_API_KEY",)),
}
"""The providers whose address and key are known, by the name that entries give."""


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
    """What is known of a model's API.

    name: what the provider calls the model; base_url: where it is asked, None if that is not
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
    # Classes that an earlier generator made have none of these fields.
    provider: str | None = getattr(model, "provider", None)
    name: str | None = getattr(model, "provider_model", None)
    if provider is None or name is None:
        return None
    known = PROVIDERS.get(provider)
    address: str | None = getattr(model, "base_url", None)
    if address is not None:
        if known is None:
            return ApiModel(provider, name, address, (_variable(provider),))
        # A key goes to the provider that it is for, not to whoever else takes its name.
        theirs = address.rstrip("/") == known.base_url
        return ApiModel(provider, name, address, known.key_variables if theirs else ())
    if known is None:
        return ApiModel(provider, name, None, (_variable(provider),))
    return ApiModel(provider, name, known.base_url, known.key_variables)


def _variable(provider: str) -> str:
    """The usual variable for the key of a provider that is not listed: ACME_AI_API_KEY."""
    return "".join(c if c.isalnum() else "_" for c in provider.upper()) + "_API_KEY"
