"""What the commands on stores share: their options, and reading both stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.failure import needs
from registry.cli.output import complain
from registry.errors import MissingExtraError, ServerUnavailableError, StoreError
from registry.lock_file import Lock, find_lock, read_lock
from registry.store.stored import StoredModel, StoreName

CacheDir = Annotated[
    Path | None,
    typer.Option("--cache-dir", help="The Hugging Face cache; else HF_HUB_CACHE or HF_HOME."),
]
OllamaHost = Annotated[
    str | None, typer.Option("--ollama-host", help="The Ollama server; else OLLAMA_HOST.")
]


@dataclass(frozen=True)
class Stores:
    """Both stores as they are: models, bytes by name, and what both of them hold."""

    models: tuple[StoredModel, ...]
    sizes: Mapping[StoreName, Mapping[str, int]]
    twice: int
    reached: tuple[StoreName, ...]


def read_stores(cache_dir: Path | None, host: str | None) -> Stores:
    """Read the cache and, if one answers, Ollama. What could not be read is told on stderr."""
    with needs("hub"):
        from registry.store.hugging_face import read_cache
        from registry.store.ollama_models import held_blobs, read_ollama

        cache = read_cache(cache_dir)
    for warning in cache.warnings:
        complain(f"left out: {warning}")
    if cache.incomplete_bytes:
        complain(f"downloads cut short hold {cache.incomplete_bytes} bytes in {cache.folder}")
    reached: tuple[StoreName, ...] = ("huggingface",)
    served: tuple[StoredModel, ...] = ()
    twice = 0
    try:
        served = read_ollama(host)
        twice = sum(cache.blobs[digest] for digest in held_blobs(cache.blobs, host))
        reached = ("huggingface", "ollama")
    except MissingExtraError:
        pass  # who has not installed the client has no Ollama to ask
    except (ServerUnavailableError, StoreError) as error:
        if host is not None:
            raise
        complain(str(error))
    return Stores(
        (*cache.models, *served),
        {"huggingface": cache.sizes, "ollama": {model.name: model.size for model in served}},
        twice,
        reached,
    )


def lock_here() -> Lock:
    """The lock that counts here, an empty one if there is none. Raises CatalogueFileError."""
    path = find_lock()
    return Lock() if path is None else read_lock(path)
