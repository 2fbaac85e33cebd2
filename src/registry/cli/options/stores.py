"""What commands on stores share: their options, and reading both stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.terminal.failure import CommandError, needs
from registry.cli.terminal.output import inform
from registry.cli.terminal.sizes import human_size
from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
from registry.files.lock_file import Lock, find_lock, read_lock
from registry.files.stored import StoredModel, StoreName

CacheDir = Annotated[
    Path | None,
    typer.Option("--cache-dir", help="Hugging Face cache; by default HF_HUB_CACHE or HF_HOME."),
]
OllamaHost = Annotated[
    str | None, typer.Option("--ollama-host", help="Ollama server; by default OLLAMA_HOST.")
]


@dataclass(frozen=True)
class Stores:
    """Both stores as they are. digests: SHA-256 -> blob in the cache; reached: which answered."""

    models: tuple[StoredModel, ...]
    digests: Mapping[str, str]
    reached: tuple[StoreName, ...]


def read_stores(cache_dir: Path | None, host: str | None) -> Stores:
    """Read the cache and, if one answers, Ollama. What could not be read is reported on stderr."""
    with needs("hub"):
        from registry.ollama.models import read_ollama
        from registry.store.hugging_face import read_cache

        cache = read_cache(cache_dir)
    if cache_dir is not None and not cache.models and not cache_dir.expanduser().is_dir():
        raise CommandError(f"{cache_dir}: there is no such folder")
    for warning in cache.warnings:
        inform(warning)
    if cache.incomplete_bytes:
        inform(
            f"{human_size(cache.incomplete_bytes)} more in the cache are downloads that are "
            "running or were cut short; `registry prune` removes the latter"
        )
    try:
        served = read_ollama(host, shared=True)
    except MissingExtraError:  # without the client there is no Ollama to ask
        return Stores(cache.models, cache.digests, ("huggingface",))
    except (ServerUnavailableError, StoreError) as error:
        if host is not None:
            raise
        inform(str(error))
        return Stores(cache.models, cache.digests, ("huggingface",))
    return Stores((*cache.models, *served), cache.digests, ("huggingface", "ollama"))


def lock_here() -> Lock:
    """The lock in use, an empty one if there is none. Raises CatalogueFileError."""
    path = find_lock()
    return Lock() if path is None else read_lock(path)


def lock_if_there() -> Lock:
    """The same for commands that need none: REGISTRY_LOCK may name a file yet to be created."""
    path = find_lock()
    return Lock() if path is None or not path.exists() else read_lock(path)
