"""Where a model comes from: a repository with its weights, a provider that serves it, or both."""

from collections.abc import Callable, Iterator

from registry_base.providers import PROVIDERS
from registry_codegen.entry_view import EntryView, Finding


def origin(entry: EntryView) -> Iterator[Finding]:
    """An entry names a repository, or a provider and its name for the model."""
    provider, name = entry.text("provider"), entry.text("provider_model")
    if entry.text("huggingface_id") is None and provider is None and name is None:
        yield Finding(
            (),
            "an entry needs huggingface_id, or provider and provider_model for a model behind an "
            "API; add one of them",
        )
    if provider is not None and name is None:
        yield Finding(
            ("provider",),
            "provider without provider_model; add what the provider calls the model",
            key=True,
        )
    if name is not None and provider is None:
        yield Finding(
            ("provider_model",), "provider_model without provider; add who serves it", key=True
        )


def address(entry: EntryView) -> Iterator[Finding]:
    """A provider that is not well known has an address."""
    provider, url = entry.text("provider"), entry.text("base_url")
    if provider is not None and provider not in PROVIDERS and url is None:
        yield Finding(
            ("provider",),
            f'the address of "{provider}" is not known; add base_url (known are '
            f"{', '.join(PROVIDERS)})",
        )
    if url is not None and provider is None:
        yield Finding(("base_url",), "base_url without provider; add who serves it", key=True)


RULES: tuple[Callable[[EntryView], Iterator[Finding]], ...] = (origin, address)
